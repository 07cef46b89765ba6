/** Colours for what is found in frames, the same for the same classes in all frames. */
import { SEPARATOR } from '../../taxonomy/names.js';
import { categoryOf } from '../detections/annotations-of.js';
import type { FoundOrganism } from '../detections/found-frames.js';

/** Bright enough for dark frames, dark enough for light ones: Okabe and Ito (2008) without black, and two more. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#8c6bb1', '#b8a900'] as const;
const UNDECIDED = '#7a7a7a';

/** What has a colour, and which: classes while there are colours for them, else branches of the taxonomy. */
export interface FrameColours {
  /** The group of an organism, as the key names it. */
  groupOf(organism: FoundOrganism): string;
  colourOf(group: string): string;
}

/** @param lineages of the classes: paths in the taxonomy, or their names alone */
export function frameColours(lineages: readonly string[]): FrameColours {
  const paths = lineages.map((lineage) => lineage.split(SEPARATOR));
  const depth = lineages.length <= COLOURS.length ? undefined : branchDepth(paths);
  const groups = depth === undefined ? undefined : [...new Set(paths.map((path) => path[depth] ?? ''))];
  const order = new Map<string, number>();
  const names = groups ?? paths.map((path) => path.at(-1) ?? '');
  for (const name of names) order.set(name, order.get(name) ?? order.size);
  return {
    groupOf(organism) {
      const path = (organism.name?.node?.path ?? organism.name?.lineage ?? categoryOf(organism)).split(SEPARATOR);
      return depth === undefined ? (path.at(-1) ?? '') : (path[depth] ?? path.at(-1) ?? '');
    },
    colourOf(group) {
      const place = order.get(group);
      if (place === undefined && order.size > 0) return UNDECIDED;
      return COLOURS[(place ?? 0) % COLOURS.length] as string;
    },
  };
}

/** The first depth at which paths differ in at least three names, or else in any. */
function branchDepth(paths: readonly (readonly string[])[]): number {
  const deepest = paths.reduce((most, path) => Math.max(most, path.length), 1);
  const different = (depth: number) => new Set(paths.map((path) => path[depth] ?? '')).size;
  for (const least of [3, 2]) {
    for (let depth = 0; depth < deepest; depth++) if (different(depth) >= least) return depth;
  }
  return 0;
}
