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

/**
 * Whether oneDNN and our own operations compute with AVX-512: the processor has it, and `ONEDNN_MAX_CPU_ISA` does not limit
 * them to an older instruction set (`HasAvx512` of `src/tensorflow/native` reads the variable in the same way).
 */
export const computesWithAvx512 = (
  { ONEDNN_MAX_CPU_ISA: limit }: NodeJS.ProcessEnv,
  cpuinfo = readCpuinfo(),
): boolean => /\bavx512f\b/.test(cpuinfo) && (limit === undefined || /^(AVX512|AVX10|ALL$|DEFAULT$)/.test(limit));
