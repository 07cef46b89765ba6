/** Which Node versions cladenet runs on: those of package.json's `engines`. */
import type { Problem } from '../errors.js';

/** What is wrong with a Node version, or undefined where it is `^20.15 || ^22.2`. */
export function nodeProblem(version: string): Problem | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if ((major === 20 && minor >= 15) || (major === 22 && minor >= 2)) return undefined;
  return {
    where: 'Node',
    expected: 'version ^20.15 or ^22.2 (TensorFlow.js calls functions that Node 23 removed)',
    received: version,
    remedy: 'install Node 22 from https://nodejs.org (with nvm: nvm install 22)',
  };
}
