/** Details of weak sub-trees in words: the images of their children, which children are confused, and what to try. */
import { largest, smallest } from '../../arrays.js';
import type { Suggestion } from '../../evaluation/attribution/suggest.js';
import type { WeakSubtree } from '../../evaluation/attribution/weak-subtrees.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { adviceOf } from '../advice.js';
import { hangingText } from './terminal-text.js';

const PAIRS = 3;
const LABEL = 'confuses  '.length;

export function weakDetails(ranked: readonly WeakSubtree[], taxonomy: Taxonomy, width: number): string {
  const nameOf = (path: string) => taxonomy.node(path).label ?? taxonomy.node(path).name;
  const indent = ' '.repeat(String(ranked.length).length + 2);
  const line = (label: string, text: string) => hangingText(indent + label.padEnd(LABEL), text, width);
  return ranked
    .map((node, i) => {
      const pairs = node.confused
        .slice(0, PAIRS)
        .map(({ a, b, aAsB, bAsA }) => `${nameOf(a)} as ${nameOf(b)} ${aAsB}, vice versa ${bAsA}`);
      const lines = [
        `${String(i + 1).padStart(indent.length - 2)}  ${printPath(node.path)}`,
        line('children', childrenLine(node)),
        ...pairs.map((pair, p) => line(p === 0 ? 'confuses' : '', pair)),
        ...node.suggestions.map((suggestion, s) =>
          line(`${(s === 0 ? 'try' : '').padEnd(LABEL)}- `, adviceLine(suggestion, nameOf)),
        ),
        ...(node.enough ? [] : [line('', `too few images: ${node.arrived} arrive, ${node.needed} are needed`)]),
      ];
      return lines.join('\n');
    })
    .join('\n\n');
}

function childrenLine({ children, imbalance }: WeakSubtree): string {
  const counts = children.map(({ training, arrived }) => training ?? arrived);
  const kind = children.some(({ training }) => training === null) ? 'judged images' : 'training images';
  const ratio = imbalance === null ? '' : ` (1 : ${imbalance < 10 ? imbalance.toFixed(1) : Math.round(imbalance)})`;
  return `${children.length}, with ${smallest(counts)} to ${largest(counts)} ${kind} each${ratio}`;
}

function adviceLine(suggestion: Suggestion, nameOf: (path: string) => string): string {
  const { what, why } = adviceOf(suggestion, nameOf);
  return `${what}: ${why}`;
}
