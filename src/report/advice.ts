/** Suggestions for a weak node, in words. */
import type { Suggestion } from '../evaluation/attribution/suggest.js';

export interface Advice {
  readonly what: string;
  readonly why: string;
}

/** @param nameOf the name that a child's path is shown by */
export function adviceOf({ kind, children, reason }: Suggestion, nameOf: (path: string) => string): Advice {
  const names = children.map(nameOf).join(' and ');
  const what = {
    merge: `merging ${names}`,
    split: `a separate node for ${names}`,
    'more-images': `more images of ${names}`,
    'over-sampling': 'over-sampling or class weights',
    'own-trunk': 'its own CNN block',
    'more-epochs': 'more epochs',
  }[kind];
  return { what, why: reason };
}
