/** Whether images are prepared for the network that gets them. */
import type { Preprocessing } from '../../dataset/preprocessing.js';
import type { Problem } from '../../errors.js';

/** Images are prepared for the input of a CNN block. */
export function* inputProblems(
  input: Pick<Preprocessing, 'size' | 'channels'>,
  preprocessing: Preprocessing,
  where: string,
): Generator<Problem> {
  for (const field of ['size', 'channels'] as const) {
    const [expected, received] = [input[field], preprocessing[field]];
    if (expected === received) continue;
    yield {
      where: `preprocessing.${field}`,
      expected: `${expected}, as in ${where}`,
      received: String(received),
    };
  }
}
