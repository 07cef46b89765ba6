/** Frames of any background as detectors of scenes look at them. */
import { describe, expect, it } from 'vitest';
import { atLevels, sceneLevels } from '../../../src/detection/learned/squares/scene-levels.js';

const at = (border: number, ...levels: number[]) => {
  const frame = { width: levels.length, height: 1, pixels: Uint8Array.from(levels) };
  const changed = sceneLevels(border, 250);
  if (changed === undefined) return undefined;
  const there = atLevels(frame, changed.there);
  return { there: [...there.pixels], back: [...atLevels(there, changed.back).pixels] };
};

describe('levels of a frame for a detector of scenes', () => {
  it('are left where its paper is that of the scenes, nearly', () => {
    expect([at(250, 9), at(247, 9), at(253, 9)]).toEqual([undefined, undefined, undefined]);
  });

  it('are multiplied, so that what lets half of the light through still does', () => {
    const { there, back } = at(200, 200, 100, 0, 204) ?? { there: [], back: [] };
    expect(there).toEqual([250, 125, 0, 255]);
    expect(back).toEqual([200, 100, 0, 204]);
  });

  it('are inverted first where the background is dark', () => {
    const { there, back } = at(5, 5, 130, 255) ?? { there: [], back: [] };
    expect(there).toEqual([250, 125, 0]);
    expect(back).toEqual([5, 130, 255]);
    expect(at(55, 55, 155)?.there).toEqual([250, 125]);
  });
});
