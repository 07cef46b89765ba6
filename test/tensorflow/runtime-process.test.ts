/** What a process sees of loading: each test starts one, since the native library loads once per process. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { thisMachine } from '../../src/setup/host.js';
import { cacheFolder, layoutOf } from '../../src/setup/layout.js';
import { locateRuntime } from '../../src/setup/locate.js';
import { describeWhere, itWhere, NEEDS } from '../fixtures/needs.js';
import { temporaryFolder } from '../setup/fake-machine.js';

/** As `node bootstrap.mjs` compiled it. */
const RUNTIME = new URL('../../dist/tensorflow/runtime.js', import.meta.url).href;

function inProcess(body: string, env: NodeJS.ProcessEnv = {}): { stdout: string; stderr: string } {
  const script = `
    import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
    const native = () => readFileSync('/proc/self/maps', 'utf8').includes('libtensorflow');
    const threads = () => readdirSync('/proc/self/task').length;
    const { loadRuntime } = await import(${JSON.stringify(RUNTIME)});
    ${body}`;
  const { TF_CPP_MIN_LOG_LEVEL: _, ...rest } = process.env;
  const args = ['--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { env: { ...rest, ...env }, encoding: 'utf8' });
  return { stdout, stderr };
}

const fails = (options: string) =>
  `try { loadRuntime(${options}); } catch (error) { console.log(error.code, error.message, native()); }`;

describeWhere(process.platform === 'linux', NEEDS.linux)('loading TensorFlow', () => {
  it('happens at the first call and not before, and prints nothing, nor does running a graph', () => {
    const { stdout, stderr } = inProcess(
      `
      console.log(native());
      const { tf, binding, messages: m } = loadRuntime();
      console.log(native());
      const { values } = tf.topk(tf.tensor1d([3, 9, 5]), 1);
      console.log(values.dataSync()[0], tf.concat([tf.ones([2]), tf.zeros([1])]).shape);
      const dtype = new m.AttrValue();
      dtype.setType(m.DataType.DT_FLOAT);
      const shape = new m.TensorShape();
      const tensor = new m.Tensor();
      tensor.setDtype(m.DataType.DT_FLOAT);
      tensor.setTensorShape(shape);
      tensor.setFloatValList([5]);
      const value = new m.AttrValue();
      value.setTensor(tensor);
      const node = new m.NodeDef();
      node.setName('five');
      node.setOp('Const');
      node.getAttrMap().set('dtype', dtype).set('value', value);
      const graph = new m.GraphDef();
      graph.setNodeList([node]);
      const info = new m.MetaGraphDef.MetaInfoDef();
      info.setTagsList(['serve']);
      const meta = new m.MetaGraphDef();
      meta.setMetaInfoDef(info);
      meta.setGraphDef(graph);
      const model = new m.SavedModel();
      model.setMetaGraphsList([meta]);
      writeFileSync(process.env.FOLDER + '/saved_model.pb', model.serializeBinary());
      const id = binding.loadSavedModel(process.env.FOLDER, 'serve');
      const [five] = binding.runSavedModel(id, [], '', 'five:0');
      console.log(binding.tensorDataSync(five.id)[0]);`,
      { FOLDER: temporaryFolder() },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('false\ntrue\n9 [ 3 ]\n5\n');
  });

  it('needs none of the functions that Node 23 removed from util', () => {
    const { stdout, stderr } = inProcess(`
      const { createRequire } = await import('node:module');
      const util = createRequire(import.meta.url)('util');
      delete util.isNullOrUndefined;
      delete util.isArray;
      const { tf } = loadRuntime();
      console.log(tf.topk(tf.tensor1d([3, 9, 5]), 1).values.dataSync()[0], tf.concat([tf.ones([2]), tf.zeros([1])]).shape);`);
    expect(stderr).toBe('');
    expect(stdout).toBe('9 [ 3 ]\n');
  });

  it('keeps signals off the thread that computes, and they are heard', () => {
    const { stdout, stderr } = inProcess(`
      const isBlocked = (signal) => {
        const [, mask] = /SigBlk:\\s*(\\w+)/.exec(readFileSync('/proc/self/task/' + process.pid + '/status', 'utf8'));
        return ((BigInt('0x' + mask) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
      };
      const { constants } = await import('node:os');
      const { spawnSync } = await import('node:child_process');
      loadRuntime();
      console.log(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGCHLD', 'SIGWINCH'].map(isBlocked).join());
      console.log(['SIGSEGV', 'SIGFPE', 'SIGABRT', 'SIGPROF'].map(isBlocked).join());
      console.log(spawnSync('sh', ['-c', 'kill -TERM $$; echo deaf'], { encoding: 'utf8' }).signal);
      process.on('SIGUSR2', () => {
        console.log('heard');
        process.exit();
      });
      process.kill(process.pid, 'SIGUSR2');
      setTimeout(() => console.log('not heard'), 10_000);`);
    expect(stderr).toBe('');
    expect(stdout).toBe('true,true,true,true,true,true\nfalse,false,false,false\nSIGTERM\nheard\n');
  });

  it('takes the numbers of threads, and switches oneDNN on unless the user said otherwise', () => {
    const load = (intra: number, env: NodeJS.ProcessEnv) => {
      const threads = `threads: { intra: ${intra}, inter: 1 }`;
      const script = `const { description } = loadRuntime({ ${threads} }); console.log(description.oneDNN, threads());`;
      const { stdout, stderr } = inProcess(script, { TF_CPP_MIN_LOG_LEVEL: '0', ...env });
      const [oneDNN, count] = stdout.trim().split(' ');
      return { oneDNN, count: Number(count), stderr };
    };
    const on = load(7, {});
    expect(on.oneDNN).toBe('true');
    expect(on.stderr).toContain('oneDNN custom operations are on');
    const off = load(1, { TF_ENABLE_ONEDNN_OPTS: '0' });
    expect(off.oneDNN).toBe('false');
    expect(off.stderr).not.toContain('oneDNN custom operations are on');
    expect(on.count - off.count).toBe(6);
  });

  it('adds in the order of the program, also where TensorFlow rewrites graphs', () => {
    // As one AddN of all three, which begins with the one whose memory it may reuse, the last: (1 - 1e8) + 1e8 = 0.
    const { stdout } = inProcess(
      `
      const { compile } = await import(${JSON.stringify(new URL('compile.js', RUNTIME).href)});
      const filled = (value) => ({ shape: [4096], data: new Float32Array(4096).fill(value) });
      const run = ({ tf }, { large, small }) => {
        const [a, b, c] = [tf.sqrt(large), tf.neg(tf.sqrt(large)), tf.sqrt(small)];
        return { outputs: { a, b, sum: tf.add(tf.add(a, b), c) } };
      };
      const state = { large: filled(1e16), small: filled(1) };
      const program = compile(loadRuntime({ device: 'cpu' }), { state, functions: { add: { inputs: {}, run } } });
      console.log(new Set(program.run('add', {}).sum.data));`,
      { CLADENET_OPTIMISE_GRAPHS: '1' },
    );
    expect(stdout).toBe('Set(1) { 1 }\n');
  });

  it('without a set-up is an error that names the command', () => {
    const { stdout } = inProcess(fails(''), { CLADENET_CACHE: temporaryFolder() });
    expect(stdout).toMatch(/^RUNTIME TensorFlow is not set up.*\n.*nothing there\n +npx cladenet setup.* false\n$/);
  });

  itWhere(!thisMachine().hasNvidiaDriver(), NEEDS.noDriver)(
    'with a GPU asked for that is not there is an error, and loads nothing',
    () => {
      const { stdout } = inProcess(fails("{ device: 'gpu' }"));
      expect(stdout).toMatch(/^RUNTIME A GPU was requested.*\n.*NVIDIA driver: .*received none.*\n.* false\n$/);
    },
  );

  const layout = layoutOf(cacheFolder());
  const { build, addon } = locateRuntime(thisMachine(), layout);
  itWhere(build !== 'official', NEEDS.ownBuild)(
    'of an addon that this system cannot load says which, and what to do',
    () => {
      const cache = temporaryFolder();
      symlinkSync(join(layout.root, 'libtensorflow'), join(cache, 'libtensorflow'));
      const [key = ''] = readdirSync(join(layout.root, 'addon')).filter((name) => addon.includes(name));
      mkdirSync(join(cache, 'addon'));
      cpSync(join(layout.root, 'addon', key), join(cache, 'addon', key), { recursive: true });
      writeFileSync(join(cache, 'addon', key, 'tfjs_binding.node'), Buffer.alloc(statSync(addon).size));
      const { stdout } = inProcess(fails(''), { CLADENET_CACHE: cache });
      expect(stdout).toMatch(/^RUNTIME TensorFlow is set up, but does not load on this machine\./);
      expect(stdout).toMatch(/tfjs_binding\.node: expected .*received .*\n +npx cladenet setup/);
    },
  );
});
