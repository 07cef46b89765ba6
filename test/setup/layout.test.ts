import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder, layoutOf } from '../../src/setup/layout.js';
import { WHEELS } from '../../src/setup/wheels.js';

describe('the cache folder', () => {
  it('is CLADENET_CACHE, else under XDG_CACHE_HOME, else under the home folder', () => {
    expect(cacheFolder({ CLADENET_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' })).toBe('/a');
    expect(cacheFolder({ CLADENET_CACHE: 'a' })).toBe(resolve('a'));
    expect(cacheFolder({ XDG_CACHE_HOME: '/b', HOME: '/c' })).toBe('/b/cladenet');
    expect(cacheFolder({ CLADENET_CACHE: '', HOME: '/c' })).toBe('/c/.cache/cladenet');
    expect(cacheFolder({})).toBe(join(homedir(), '.cache', 'cladenet'));
  });

  it('keeps builds and platforms apart', () => {
    const layout = layoutOf('/cache', 'linux-x64');
    expect(layout.libtensorflow('cpu')).toBe('/cache/libtensorflow/2.20.0-cpu-linux-x64');
    expect(layout.libtensorflow('cuda')).not.toBe(layout.libtensorflow('cpu'));
  });
});

describe('the pinned wheels', () => {
  it.each([...WHEELS.cpu, ...WHEELS.cuda])('$requirement has an exact version, a hash, a size', (wheel) => {
    expect(wheel.requirement).toMatch(/^[a-z0-9-]+==[\d.]+$/);
    expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(wheel.size).toBeGreaterThan(1e6);
    expect(wheel.unpacked).toBeGreaterThan(wheel.size);
  });
});
