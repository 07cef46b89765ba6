/** What TensorFlow can use of this processor. */
import { readFileSync } from 'node:fs';

/** Linux's names of multiplication in bfloat16, in vectors and in tiles. */
const BFLOAT16 = /^flags\b.*\b(avx512_bf16|amx_bf16)\b/m;

/** Whether the processor multiplies in bfloat16 (8 significant bits), about twice as fast as in float32 (24). */
export const multipliesBfloat16 = (cpuinfo = readCpuinfo()): boolean => BFLOAT16.test(cpuinfo);

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
