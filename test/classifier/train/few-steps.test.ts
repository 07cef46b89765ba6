import { describe, expect, it } from 'vitest';
import { fewStepsNote } from '../../../src/classifier/train/few-steps.js';

describe('a training of few steps', () => {
  it('is told, with the epochs that would be enough, 60 at most', () => {
    expect(fewStepsNote(320, { epochs: 12, batch: 64 })).toBe(
      '320 training images make 60 steps in 12 epochs: few to learn from, --epochs 60 usually gives more',
    );
    // 24 steps an epoch: 288 in 12 epochs, 1,000 in 42.
    expect(fewStepsNote(1500, { epochs: 12, batch: 64 })).toContain(
      '288 steps in 12 epochs: few to learn from, --epochs 42 ',
    );
  });

  it('is not told where there are enough, or no more epochs to advise', () => {
    expect(fewStepsNote(19_403, { epochs: 8, batch: 64 })).toBeUndefined();
    expect(fewStepsNote(2700, { epochs: 12, batch: 64 })).toBeUndefined();
    expect(fewStepsNote(100, { epochs: 60, batch: 64 })).toBeUndefined();
  });
});
