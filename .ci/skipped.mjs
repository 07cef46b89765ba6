/**
 * Prints how many tests of vitest's JSON report were skipped and why. Fails if more were skipped than expected on this kind
 * of machine, or any without a reason (see test/fixtures/needs.ts).
 *
 *     node .ci/skipped.mjs report.json
 */
import fs from 'node:fs';

const flags = /^flags\b.*$/m.exec(readText('/proc/cpuinfo'))?.[0].split(/\s+/) ?? [];
const has = (...names) => names.some((name) => flags.includes(name));
const isGpu = fs.existsSync('/proc/driver/nvidia/version');

/** How many tests may be skipped for each reason, and on which machines. All others must run everywhere. */
const KNOWN = [
  { need: 'needs a processor with AVX2', tests: 36, on: !has('avx2') || isGpu },
  { need: 'needs a processor that multiplies in bfloat16', tests: 5, on: !has('avx512_bf16', 'amx_bf16') || isGpu },
  { need: 'needs a user other than root', tests: 2, on: process.getuid() === 0 },
  { need: 'needs a machine without an NVIDIA driver', tests: 2, on: isGpu },
  { need: 'needs the program script', tests: 1, on: !fs.existsSync('/usr/bin/script') },
  { need: 'needs the shared data', tests: 15, on: !fs.existsSync(process.env.CLADENET_DATA ?? '../shared/data') },
];

/** The number of skipped tests for each reason. */
function countSkipped({ testResults }) {
  const counts = new Map();
  for (const { fullName, status } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    if (status === 'passed' || status === 'failed') continue;
    const reason = /\[(needs [^\]]+)\]/.exec(fullName)?.[1] ?? `no reason given: ${fullName}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}

function readText(path) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const counts = countSkipped(JSON.parse(readText(process.argv[2])));
console.log(`skipped tests:${counts.size === 0 ? ' none' : ''}`);
for (const [reason, count] of [...counts].sort((a, b) => b[1] - a[1])) {
  const known = KNOWN.find(({ need, on }) => on && reason.startsWith(need))?.tests ?? 0;
  const tooMany = count > known;
  console.log(`${String(count).padStart(5)}: ${reason}${tooMany ? ` (TOO MANY: ${known} on this machine)` : ''}`);
  if (tooMany) process.exitCode = 1;
}
if (process.exitCode === 1) {
  console.log('Make these tests run, or state in .ci/skipped.mjs why more of them cannot run on a machine like this.');
}
