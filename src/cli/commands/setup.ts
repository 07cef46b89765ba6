/** `cladenet setup` and `cladenet doctor`: TensorFlow for this machine, and what this machine has. */
import { diagnose, formatDiagnosis } from '../../setup/diagnose.js';
import { runSetup } from '../../setup/setup.js';
import { say } from '../progress.js';

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

/** Exit code 1 where anything needs mending. */
export async function doctorCommand({ gpu }: { gpu?: boolean }): Promise<void> {
  const diagnosis = await diagnose({ device: gpu ? 'gpu' : undefined });
  console.log(formatDiagnosis(diagnosis));
  if (!diagnosis.healthy) process.exitCode = 1;
}
