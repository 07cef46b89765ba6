/**
 * Installs the packed package in an empty project and uses it as a stranger would: `npx cladenet setup`, a short script
 * that type-checks strictly (declarations of dependencies included) and runs, and the pure parts without any runtime.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const project = mkdtempSync(join(tmpdir(), 'cladenet-dependency-'));
const run = (program, args, options = {}) =>
  execFileSync(program, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

const TRAINS = `
import { listImages, loadImages, prepareData, preprocessingFor, presets, trainFlat, type FlatOptions } from 'cladenet';
import { generateOrganisms } from 'cladenet/images';
import type { TrainingConfigInput } from 'cladenet/training';

const network = { ...presets.compact, trunk: { ...presets.compact.trunk, input: { size: 32, channels: 1 as const } } };
const { imagesFolder } = await generateOrganisms({ out: 'organisms', imagesPerClass: 6 });
const { images } = await loadImages(await listImages(imagesFolder), preprocessingFor(network));
const training: TrainingConfigInput = { epochs: 1, batch: 32 };
const options: FlatOptions = { network, training };
const flat = await trainFlat(prepareData(images, { seed: 1 }), options);
const probabilities: Float32Array = await flat.predict(images);
console.log(probabilities.length === images.count * flat.classes.length ? 'trained and predicted' : 'wrong');
`;

const PURE = `
import { evaluate } from 'cladenet';
import { Taxonomy } from 'cladenet/taxonomy';
const taxonomy = Taxonomy.fromLineages([{ label: 'a', lineage: ['x', 'a'] }, { label: 'b', lineage: ['x', 'b'] }]);
const probabilities = Float64Array.of(0.9, 0.1, 0.6, 0.4);
const { accuracy } = evaluate({ classes: ['a', 'b'], probabilities, labels: Int32Array.of(0, 1) }, { taxonomy });
console.log(accuracy === 0.5 ? 'pure parts work' : 'wrong');
`;

const CONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: false,
    types: ['node'],
    outDir: 'out',
  },
  include: ['*.ts'],
};

function expect(what, text, wanted) {
  if (!text.includes(wanted)) throw new Error(`${what}: expected "${wanted}", received:\n${text}`);
  console.log(`ok: ${what}`);
}

try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', project], { cwd: root }));
  const files = packed.files.map(({ path }) => path);
  const stray = files.filter(
    (path) => !/^(dist|taxonomy|docs|src\/tensorflow\/native)\/|^(package\.json|README\.md|LICENSE)$/.test(path),
  );
  if (!files.includes('src/tensorflow/native/kernel.h')) throw new Error('set-up misses the sources that it compiles');
  if (!files.includes('dist/report/html/assets/page.html')) throw new Error('the report misses the files of its page');
  if (stray.length > 0) throw new Error(`these do not belong in the package: ${stray.join(', ')}`);
  console.log(`ok: ${files.length} files packed, ${(packed.size / 1e3).toFixed(0)} kB`);

  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'a-lab', private: true, type: 'module' }));
  run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', packed.filename]);
  expect(
    'npx cladenet setup',
    run('npx', ['cladenet', 'setup'], { stdio: ['ignore', 'pipe', 'pipe'] }) || 'ready',
    'ready',
  );

  writeFileSync(join(project, 'train.ts'), TRAINS);
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(CONFIG));
  cpSync(join(root, 'node_modules', '@types', 'node'), join(project, 'node_modules', '@types', 'node'), {
    recursive: true,
  });
  cpSync(join(root, 'node_modules', 'undici-types'), join(project, 'node_modules', 'undici-types'), {
    recursive: true,
  });
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project]);
  console.log('ok: a script type-checks, declarations included');
  expect('it trains and predicts', run(process.execPath, ['out/train.js']), 'trained and predicted');

  for (const scope of readdirSync(join(project, 'node_modules')).filter((name) => name === '@tensorflow')) {
    rmSync(join(project, 'node_modules', scope), { recursive: true });
  }
  writeFileSync(join(project, 'pure.mjs'), PURE);
  const env = { ...process.env, CLADENET_CACHE: join(project, 'no-cache') };
  expect('without TensorFlow', run(process.execPath, ['pure.mjs'], { env }), 'pure parts work');
  if (existsSync(env.CLADENET_CACHE)) throw new Error('the pure parts touched the cache');
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project]);
  console.log('ok: the public types need no TensorFlow either');
} catch (error) {
  console.error(error.stdout ?? '');
  throw error;
} finally {
  rmSync(project, { recursive: true, force: true });
}
