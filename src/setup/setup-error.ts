/** The errors of the set-up: each states what was found, what is needed, and the command that fixes it. */
import { CladenetError, type Problem } from '../errors.js';
import { bytes } from '../units.js';
import type { Outcome } from './run.js';

/** The command that is given again once a problem is solved. */
export const SETUP = 'npx cladenet setup';

/** Debian's package names; other systems have the same packages. */
const INSTALL = {
  python3: "sudo apt-get install python3 python3-pip   (or your system's package manager; then: AGAIN)",
  pip: 'sudo apt-get install python3-pip   (or: python3 -m ensurepip --user; then: AGAIN)',
  'g++': "sudo apt-get install g++   (or your system's package manager; then: AGAIN)",
  npm: 'install Node with its npm from https://nodejs.org; then: AGAIN',
};

/** The error of a set-up that failed because of `problem`. */
export function notSetUp(problem: Problem, cause?: unknown): CladenetError {
  return new CladenetError('RUNTIME', 'TensorFlow could not be set up.', [problem], { cause });
}

/** @param found the first line is what was received; the lines below are what a program wrote */
export function setupError(where: string, expected: string, found: string, remedy: string): CladenetError {
  const [received = '', ...output] = found.split('\n').map((line) => line.trim());
  return notSetUp({ where, expected, received, output, remedy });
}

export function missingTool(
  tool: keyof typeof INSTALL,
  purpose: string,
  received = 'no such program on PATH',
  again = SETUP,
): CladenetError {
  return setupError(tool, `${tool}, ${purpose}`, received, INSTALL[tool].replace('AGAIN', again));
}

export function diskFull(folder: string, needed: number | undefined, free: number, again = SETUP): CladenetError {
  return setupError(
    `cache ${folder}`,
    needed === undefined ? 'more room on this disk' : `${bytes(needed)} free on this disk`,
    `${bytes(free)} free`,
    `free some space, or use another disk: CLADENET_CACHE=/path/on/a/bigger/disk ${again}`,
  );
}

/** How a program failed and what it wrote last: `pip failed with exit status 1:` and the lines below. */
export function failureOf(program: string, { status, stdout, stderr }: Outcome, lines = 4): string {
  const end = status === 'killed' ? 'was killed' : `failed with exit status ${status}`;
  return `${program} ${end}:\n      ${lastLines(stderr || stdout, lines)}`;
}

/** The last lines that a failed program wrote, each cut to the length that a message shows. */
export function lastLines(text: string, count = 4): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines
    .slice(-count)
    .map((line) => (line.length > LINE ? `${line.slice(0, LINE)}...` : line.trimEnd()))
    .join('\n      ');
}

/** Characters of a line of another program's output that a message shows. */
const LINE = 300;

const NO_SPACE = /No space left on device|Errno 28|ENOSPC/i;
const NO_NETWORK =
  /NewConnectionError|NameResolutionError|No address associated with hostname|Max retries exceeded|Temporary failure in name resolution|Name or service not known|Network is unreachable|Connection (refused|reset|timed out|aborted|broken)|ConnectTimeout|ReadTimeout|ProxyError|SSLError|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH/i;

/** Whether a failed program ran out of disk. */
export function isNoSpace({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): boolean {
  return NO_SPACE.test(stderr) || NO_SPACE.test(stdout);
}

const REASON =
  /Temporary failure in name resolution|Name or service not known|Network is unreachable|Connection (?:refused|reset|timed out|aborted)|timed out|No address associated with hostname|\w*SSL\w*|ProxyError/i;

/** Why there is no connection, in the words of the program that needed it. */
export function networkReason({ stderr }: Pick<Outcome, 'stderr'>): string {
  return REASON.exec(stderr)?.[0] ?? 'no reason given';
}

/** Whether a failed program could not reach what it downloads from. */
export function isNoNetwork({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): boolean {
  return NO_NETWORK.test(stderr) || NO_NETWORK.test(stdout);
}
