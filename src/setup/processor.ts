/** What TensorFlow's own library can make use of in this processor. */
import { readFileSync } from 'node:fs';

/** What Linux calls multiplying in bfloat16, in vectors and in tiles. */
const BFLOAT16 = /^flags\b.*\b(avx512_bf16|amx_bf16)\b/m;

/** Whether it multiplies numbers of 8 significant bits (bfloat16), about twice as fast as those of 24. */
export const multipliesBfloat16 = (cpuinfo = readCpuinfo()): boolean => BFLOAT16.test(cpuinfo);

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
