import { expect, it } from 'vitest';
import { computesWithAvx512 } from '../../src/setup/processor.js';

const WITH = 'flags\t\t: fpu avx2 avx512f avx512bw\n';

it.each([
  [WITH, undefined, true],
  [WITH, 'AVX512_CORE', true],
  [WITH, 'DEFAULT', true],
  [WITH, 'AVX2', false],
  [WITH, 'AVX2_VNNI', false],
  ['flags\t\t: fpu avx2 avx512_fake\n', undefined, false],
  ['', 'AVX512_CORE', false],
])('AVX-512 is used where the processor has it and oneDNN is not limited: %j, %s', (cpuinfo, limit, does) => {
  expect(computesWithAvx512({ ONEDNN_MAX_CPU_ISA: limit }, cpuinfo)).toBe(does);
});
