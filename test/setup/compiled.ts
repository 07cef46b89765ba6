/** The parts of the source that set TensorFlow up and load it, as JavaScript for processes that a test starts. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { temporaryFolder } from './fake-machine.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A temporary folder with the JavaScript of `src/setup` and of loading TensorFlow, in the places that it has there. */
export function compiled(): string {
  const folder = temporaryFolder();
  const setup = readdirSync(join(ROOT, 'src/setup')).map((name) => `src/setup/${name}`);
  const loading = ['node-util', 'precision', 'runtime'].map((name) => `src/tensorflow/${name}.ts`);
  const bottom = ['errors', 'files', 'hash', 'package-root', 'progress', 'units'].map((name) => `src/${name}.ts`);
  for (const file of [...bottom, ...loading, ...setup]) {
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, file), 'utf8'), { compilerOptions: options });
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), outputText);
  }
  symlinkSync(join(ROOT, 'src/tensorflow/native'), join(folder, 'src/tensorflow/native'));
  symlinkSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
