/** `cladenet setup` and `cladenet doctor`: TensorFlow for this machine, and what this machine has. */

import { print, say } from '../../progress.js';
import { diagnose, formatDiagnosis } from '../../setup/diagnose.js';
import { runSetup } from '../../setup/setup.js';

export async function setupCommand({
  gpu,
  force,
  quiet,
}: {
  gpu?: boolean;
  force?: boolean;
  quiet?: boolean;
}): Promise<void> {
  const { addon, build, device, tensorflow, changed } = await runSetup({ device: gpu ? 'gpu' : undefined, force });
  if (quiet && !changed) return;
  say(`TensorFlow ${tensorflow} is ready on the ${device.toUpperCase()} (${build} build)${quiet ? '' : `: ${addon}`}`);
}

/** @returns the exit code: 1 where anything needs fixing */
export async function doctorCommand({ gpu }: { gpu?: boolean }): Promise<number> {
  const diagnosis = await diagnose({ device: gpu ? 'gpu' : undefined });
  print(formatDiagnosis(diagnosis));
  return diagnosis.healthy ? 0 : 1;
}
