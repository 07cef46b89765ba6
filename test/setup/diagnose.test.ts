import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Diagnosis, diagnose, examine, formatDiagnosis } from '../../src/setup/diagnose.js';
import { setUp } from '../../src/setup/setup.js';
import { fakeMachine, recorder } from './fake-machine.js';

const quiet = { output: recorder() };
const check = ({ checks }: Diagnosis, name: string) => checks.find((one) => one.name === name);

describe('the diagnosis of a machine', () => {
  it('that is set up finds nothing wrong', async () => {
    const machine = fakeMachine();
    await setUp(machine.host, quiet);
    const diagnosis = await examine(machine.host, {});
    expect(diagnosis.healthy).toBe(true);
    expect(diagnosis.checks.map(({ name }) => name)).toEqual([
      ...[
        'Node',
        'cladenet',
        'TensorFlow.js',
        'TensorFlow',
        'device',
        'oneDNN',
        'own operations',
        'bfloat16',
        'GPU memory',
        'threads',
        'sharp',
        'cache',
        'disk free',
      ],
    ]);
    expect(check(diagnosis, 'bfloat16')?.found).toBe('not available on this processor');
    expect(formatDiagnosis(diagnosis)).toMatch(/^ok {2}Node .*22\.12\.0\n[^!]*All checks passed\.$/);
  });

  it('that is not set up names the command, and each tool that the set-up will miss', async () => {
    const machine = fakeMachine();
    machine.without('g++');
    const diagnosis = await examine(machine.host, {});
    expect(diagnosis.healthy).toBe(false);
    expect(check(diagnosis, 'TensorFlow')?.problem?.remedy).toMatch(/npx cladenet setup/);
    expect(check(diagnosis, 'g++')).toEqual({
      name: 'g++',
      found: 'missing',
      problem: { needed: 'g++', remedy: 'sudo apt-get install g++' },
    });
    expect(check(diagnosis, 'pip')?.problem).toBeUndefined();
    expect(formatDiagnosis(diagnosis)).toMatch(
      /!! {2}g\+\+ .*missing\n +needed: g\+\+\n +fix: {4}sudo apt-get install g\+\+/,
    );
    expect(formatDiagnosis(diagnosis)).toContain('2 of 10 checks failed.');
  });

  it('finds a Node that is too old, one that is newer than those tested, and a damaged library', async () => {
    const machine = fakeMachine();
    await setUp(machine.host, quiet);
    truncateSync(join(machine.layout.libtensorflow('cpu'), 'tensorflow/lib.so'), 2);
    const diagnosis = await examine(machine.with({ nodeVersion: '18.1.0' }), {});
    expect(check(diagnosis, 'Node')?.problem?.remedy).toMatch(/install a current Node/);
    const newer = check(await examine(machine.with({ nodeVersion: '27.1.0' }), {}), 'Node');
    expect(newer).toEqual({ name: 'Node', found: expect.stringMatching(/^27\.1\.0, newer than Node 26/) });
    expect(check(diagnosis, 'TensorFlow')?.found).toMatch(/lib\.so has 2 bytes instead of 7/);
  });

  it('finds an addon that does not load', async () => {
    const machine = fakeMachine();
    await setUp(machine.host, quiet);
    const diagnosis = await examine(machine.with({ probe: () => ({ works: false, messages: 'wrong ELF class' }) }), {});
    expect(check(diagnosis, 'TensorFlow')).toMatchObject({
      found: expect.stringMatching(/wrong ELF class/),
      problem: {},
    });
  });

  it('finds that a GPU is there and not used', async () => {
    const machine = fakeMachine();
    await setUp(machine.host, quiet);
    const withDriver = machine.with({ hasNvidiaDriver: () => true });
    expect(check(await examine(withDriver, {}), 'device')?.problem?.needed).toBe('the CUDA build');
    expect(check(await examine(withDriver, { device: 'cpu' }), 'device')?.problem).toBeUndefined();
    await setUp(withDriver, quiet);
    expect(check(await examine(withDriver, {}), 'device')?.problem?.needed).toMatch(/driver 525/);
  });

  it('finds that a GPU is asked for and there is no driver', async () => {
    const diagnosis = await examine(fakeMachine().host, { device: 'gpu' });
    expect(check(diagnosis, 'TensorFlow')?.problem?.needed).toMatch(/a loaded driver/);
  });

  it('finds that the package is missing', async () => {
    const machine = fakeMachine();
    rmSync(join(machine.root, 'app/node_modules'), { recursive: true });
    const diagnosis = await examine(machine.host, {});
    expect(check(diagnosis, 'TensorFlow.js')?.found).toBe('not installed');
    expect(diagnosis.healthy).toBe(false);
  });
});

it('this machine is healthy', async () => {
  const diagnosis = await diagnose();
  expect(formatDiagnosis(diagnosis)).toMatch(/All checks passed\.$/);
  expect(check(diagnosis, 'TensorFlow')?.found).toMatch(/^\d+\.\d+\.\d+, /);
  expect(check(diagnosis, 'sharp')?.found).toMatch(/^\d+\.\d+\.\d+, libvips \d/);
  expect(check(diagnosis, 'oneDNN')?.found).toMatch(/^on/);
});
