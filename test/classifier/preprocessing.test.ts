import { expect, it } from 'vitest';
import { preprocessingFor } from '../../src/classifier/preprocessing.js';
import { presets } from '../../src/network/presets.js';

it("preprocessingFor gives the input of a preset or of a network of one's own", () => {
  expect(preprocessingFor('report')).toEqual({ size: 95, channels: 1, background: 'white', fit: 'longer-side' });
  expect(preprocessingFor()).toEqual(preprocessingFor('compact'));
  const { trunk, head } = presets.compact;
  const network = { trunk: { ...trunk, input: { size: 48, channels: 3 as const } }, head };
  expect(preprocessingFor(network, 'border-median')).toEqual({
    size: 48,
    channels: 3,
    background: 'border-median',
    fit: 'longer-side',
  });
  expect(() => preprocessingFor('compcat' as 'compact')).toThrow(expect.objectContaining({ code: 'CONFIG' }));
});
