/** The kinds of classifiers, in the words of messages. */
import type { Description } from './schema.js';

const WORDS = { flat: 'a flat classifier', tree: 'a tree', features: 'a classifier on features' } as const;

/** `a flat classifier`, `a tree`, `a classifier on features` */
export const kindInWords = ({ kind }: { readonly kind: Description['kind'] }): string => WORDS[kind];
