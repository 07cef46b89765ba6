/**
 * Findings: what is wrong with an input, and where. They are made check by check, and reported in the order of the input.
 */
import { type Either, isLeft } from 'fp-ts/lib/Either.js';
import { CladenetError, didYouMean, type Problem } from '../errors.js';

/** A place in an input: `where` for people, `order` to sort by (the line, or a running number). */
export interface Place {
  readonly where: string;
  readonly order: number;
}

/** A problem before it is put in order. */
export interface Finding extends Omit<Problem, 'where'> {
  readonly at: Place;
}

export function atLine(source: string, line: number): Place {
  return { where: `${source}, line ${line}`, order: line };
}

/** The findings as problems, in the order of the input, without control characters from it. */
export function toProblems(findings: readonly Finding[]): readonly Problem[] {
  return findings
    .toSorted((a, b) => a.at.order - b.at.order)
    .map(({ at, received, ...rest }) => ({
      where: at.where,
      received: received.replace(/\p{Cc}/gu, '\uFFFD'),
      ...rest,
    }));
}

/**
 * The value of a checked result.
 * @throws CladenetError `TAXONOMY` with all of its problems
 */
export function orThrow<T>(summary: string, result: Either<readonly Problem[], T>): T {
  if (isLeft(result)) throw new CladenetError('TAXONOMY', summary, result.left);
  return result.right;
}

/**
 * How many pairs of characters suggestions may compare, which takes a second or two. Without a limit, thousands of
 * unknown names would take minutes to refuse.
 */
const EFFORT = 2e7;

/** Suggests `Did you mean 'x'?` for mistyped names, unless there are too many of them. */
export function suggester(known: readonly string[]): (name: string) => string | undefined {
  const length = known.reduce((sum, name) => sum + name.length, 0);
  let spent = 0;
  return (name) => {
    spent += length * name.length;
    return spent <= EFFORT ? didYouMean(name, known) : undefined;
  };
}
