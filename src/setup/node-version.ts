/** Which Node versions cladenet runs on: package.json's `engines`; the newest it is tested on: its `testedNodes`. */
import { largest } from '../arrays.js';
import type { Problem } from '../errors.js';
import { PACKAGE } from '../package-root.js';
import type { Output } from '../progress.js';

const RANGE = PACKAGE.engines.node;
const NEWEST_TESTED = largest(PACKAGE.testedNodes);
/** Holds the version that this process, or the one that started it, has already reported as untested. */
const REPORTED = 'CLADENET_UNTESTED_NODE';

/** What is wrong with a Node version, or undefined where cladenet runs on it. */
export function nodeProblem(version: string): Problem | undefined {
  if (isInRange(version, RANGE)) return undefined;
  return {
    where: 'Node',
    expected: `version ${RANGE}`,
    received: version,
    remedy: 'install a current Node from https://nodejs.org (with nvm: nvm install --lts)',
  };
}

/** `newer than Node 26, the newest that cladenet is tested on`, or undefined for a version that is not. */
export function untestedNode(version: string): string | undefined {
  if (majorAndMinor(version)[0] <= NEWEST_TESTED) return undefined;
  return `newer than Node ${NEWEST_TESTED}, the newest that cladenet is tested on`;
}

/** Writes a line about a Node that is {@link untestedNode}, once for a process and those it starts. */
export function reportUntestedNode(version: string, env: NodeJS.ProcessEnv, output: Output): void {
  const untested = untestedNode(version);
  if (untested === undefined || env[REPORTED] === version) return;
  env[REPORTED] = version;
  output.write(`cladenet: Node ${version} is ${untested}. If something fails, try that one.\n`);
}

/** Whether a version is in a range of alternatives `^A.B` (that major, from that minor on) and `>=A.B`. */
export function isInRange(version: string, range: string): boolean {
  const [major, minor] = majorAndMinor(version);
  return range.split('||').some((alternative) => {
    const [fromMajor, fromMinor] = majorAndMinor(alternative.replace(/^\s*(\^|>=)/, ''));
    if (major === fromMajor) return minor >= fromMinor;
    return major > fromMajor && alternative.includes('>=');
  });
}

function majorAndMinor(version: string): [number, number] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
}
