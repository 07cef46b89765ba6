/**
 * The only error class. Every failure that a user can meet is a {@link CladenetError} with a stable `code`. Its message
 * states, for all problems of the input at once, where they are, what was expected, what was received and what to do.
 */

import { visible } from './visible.js';

/** The kinds of failure: stable names for programs that catch errors. */
export type ErrorCode =
  /** A call or an option is wrong (exit code 2 on the command line). */
  | 'USAGE'
  /** A taxonomy is malformed, or does not fit the classes it is used with. */
  | 'TAXONOMY'
  /** Images, image tables or splits cannot be used. */
  | 'DATASET'
  /** A network specification or a training configuration is not valid. */
  | 'CONFIG'
  /** TensorFlow, its addon or a tool that the set-up needs is missing or broken. */
  | 'RUNTIME'
  /** Training failed: memory ran out, or a checkpoint does not belong to it or is damaged. */
  | 'TRAINING'
  /** Training diverged: its loss is not finite, so the learning rate is too high. */
  | 'DIVERGED'
  /** A saved classifier is damaged, incomplete, of another format or of another version. */
  | 'MODEL'
  /** Labels, probabilities or matrices for an evaluation or a grouping do not fit together. */
  | 'EVALUATION'
  /** A result cannot be written: another run holds its place, the disk is full, or a file is in the way. */
  | 'OUTPUT'
  /** The scheduler of a cluster is missing, or refuses a job. */
  | 'CLUSTER'
  /** The work was aborted through an `AbortSignal` or by Ctrl-C. */
  | 'ABORTED';

/** One problem of an input. */
export interface Problem {
  /** The place: a file and line, an argument, a field (`trunk.blocks[2].filters`). */
  readonly where: string;
  /** What would have been valid. */
  readonly expected: string;
  /** What was found instead. */
  readonly received: string;
  /** What another program wrote about it, line by line. */
  readonly output?: readonly string[] | undefined;
  /** What to do about it: a command, the nearest valid name. */
  readonly remedy?: string | undefined;
}

/** Problems that a message shows; the others are counted (`problems` has all). */
const SHOWN = 20;
/** Characters of each text in a message: enough for a path, or for a list of columns. */
const LONGEST = 1000;
/** Characters of a message after which no further problem is shown. */
const ENOUGH = 10_000;

/** Characters that say how much was left out. */
const NOTE = 30;

/** At most `most` characters of a text: what is in the middle is left out, and counted. */
export function inMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - NOTE) / 2);
  return `${text.slice(0, half)}... (${text.length - 2 * half} characters) ...${text.slice(text.length - half)}`;
}

/** A text as a message shows it. It is cut before and after: what is not seen takes more characters as an escape. */
const shown = (text: string) => inMiddle(visible(inMiddle(text, LONGEST)), LONGEST);

function describe({ where, expected, received, output = [], remedy }: Problem): string {
  const below = [...output, ...(remedy === undefined ? [] : [remedy])].map((line) => `\n      ${shown(line)}`);
  return `${shown(where)}: expected ${shown(expected)}, received ${shown(received)}${below.join('')}`;
}

/**
 * An error with a stable `code` and a list of problems. `message` has the summary and the first 20 problems, for people to
 * read: long texts are cut in the middle, and control characters are written as `\x1b`. `problems` has all as they are.
 */
export class CladenetError extends Error {
  override readonly name = 'CladenetError';

  /**
   * @param code     the kind of failure
   * @param summary  one sentence: what could not be done
   * @param problems all problems, in the order of the input
   */
  constructor(
    readonly code: ErrorCode,
    readonly summary: string,
    readonly problems: readonly Problem[] = [],
    options?: ErrorOptions,
  ) {
    let message = shown(summary);
    let described = 0;
    for (; described < Math.min(problems.length, SHOWN) && message.length < ENOUGH; described++) {
      message += `\n  - ${describe(problems[described] as Problem)}`;
    }
    if (described < problems.length) message += `\n  ... and ${problems.length - described} more`;
    super(message, options);
  }
}

/** Nobody mistypes a longer name, and comparing long names takes long. */
const LONGEST_TYPED = 200;

/**
 * The name among `known` that a mistyped `name` most likely meant: the nearest by Levenshtein distance, ignoring case.
 * Undefined if none is within a third of its length (at least 2 edits, but fewer than it has letters).
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST_TYPED) return undefined;
  let best: string | undefined;
  let bestDistance = Math.min(Math.max(2, Math.floor(name.length / 3)) + 1, name.length);
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * The remedy for a mistyped name, `Did you mean 'x'?`, where one of the known names is {@link nearest}.
 *
 * @param shown how the name is written. Default: in quotes
 */
export function didYouMean(
  name: string,
  known: Iterable<string>,
  shown: (near: string) => string = (near) => `'${near}'`,
): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : `Did you mean ${shown(near)}?`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
