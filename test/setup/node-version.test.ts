import { describe, expect, it } from 'vitest';
import { isInRange, nodeProblem, reportUntestedNode, untestedNode } from '../../src/setup/node-version.js';
import { recorder } from './fake-machine.js';

describe('Node versions', () => {
  it.each(['20.15.0', '20.20.2', '22.2.0', '22.21.0', '23.0.0', '24.1.0', '26.10.0', '31.0.0'])(
    '%s will do',
    (version) => {
      expect(nodeProblem(version)).toBeUndefined();
    },
  );

  it.each(['16.20.2', '18.20.0', '20.8.1', '21.7.3', '22.1.9'])('%s will not', (version) => {
    expect(nodeProblem(version)).toMatchObject({ expected: 'version ^20.15 || >=22.2', received: version });
  });

  it('are read from ranges of alternatives', () => {
    expect(['19.9.0', '20.1.0', '20.2.0', '21.0.0'].map((version) => isInRange(version, '^20.2'))).toEqual([
      ...[false, false, true, false],
    ]);
    expect(['20.1.0', '20.2.0', '21.0.0'].map((version) => isInRange(version, '^18.0||>=20.2'))).toEqual([
      ...[false, true, true],
    ]);
  });

  it('newer than those tested are reported once for a process and those it starts', () => {
    expect(untestedNode('26.10.0')).toBeUndefined();
    const output = recorder();
    const env = {};
    for (const _ of [1, 2]) reportUntestedNode('27.1.0', env, output);
    expect(output.text()).toBe(
      'cladenet: Node 27.1.0 is newer than Node 26, the newest that cladenet is tested on. If something fails, try that one.\n',
    );
    reportUntestedNode('24.1.0', {}, output);
    expect(output.text().match(/\n/g)).toHaveLength(1);
  });
});
