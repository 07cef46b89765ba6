/** What was found in frames, as annotations. */

import { roundedOutwards } from '../../box.js';
import type { ClassifiedDetection } from '../../detection/classifying/classify-detections.js';
import type { Detection } from '../../detection/detector.js';
import type { Annotation, Attributes } from '../../formats/annotations/annotated-frames.js';
import { areaOfRuns, runsOfMask, runsOfText, runsToText } from '../../formats/annotations/coco-runs.js';
import { printPath } from '../../taxonomy/names.js';
import type { FoundFrame, FoundOrganism } from './found-frames.js';

/** The category of what nothing has named. */
export const UNNAMED = 'organism';

const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

/** What is kept of a detection. Boxes are rounded to hundredths of pixels, scores and probabilities to six digits. */
export function organismOf(
  detection: Detection | ClassifiedDetection,
  frame: { readonly width: number; readonly height: number },
): FoundOrganism {
  const { box, score, mask } = detection;
  const named = 'class' in detection ? detection : undefined;
  const node = named?.node;
  return {
    box: [rounded(box.x, 2), rounded(box.y, 2), rounded(box.width, 2), rounded(box.height, 2)],
    score: rounded(score, 6),
    ...(mask && { mask: runsToText(runsOfMask(mask, roundedOutwards(box), frame).runs) }),
    ...(named && {
      name: {
        ...{ class: named.class, probability: rounded(named.probability, 6), lineage: printPath(named.lineage) },
        ...(node && {
          node: { path: printPath(node.path), probability: rounded(node.probability, 6), depth: node.depth },
        }),
      },
    }),
  };
}

/** What an organism is called: its class, or the node that is decided on above it; `organism` where nothing has named it. */
export function categoryOf({ name }: FoundOrganism): string {
  if (name === undefined) return UNNAMED;
  return name.node === undefined || name.node.path === name.lineage ? name.class : name.node.path;
}

/** How probable it is that an organism is what it is called. */
export const probabilityOf = ({ name }: FoundOrganism): number | undefined =>
  name?.node?.probability ?? name?.probability;

/** @param number of the frame @param category of each name */
export function annotationOf(
  organism: FoundOrganism,
  { width, height }: FoundFrame,
  number: number,
  category: (name: string) => number,
): Annotation {
  const [x, y, across, down] = organism.box;
  const runs = organism.mask === undefined ? undefined : runsOfText(organism.mask);
  const mask = runs && { kind: 'runs' as const, width, height, runs };
  return {
    ...{ frame: number, category: category(categoryOf(organism)), box: { x, y, width: across, height: down } },
    score: organism.score,
    ...(mask && { mask, area: areaOfRuns(mask) }),
    ...(organism.name && { attributes: attributesOf(organism.name) }),
  };
}

function attributesOf({ class: name, probability, lineage, node }: NonNullable<FoundOrganism['name']>): Attributes {
  return {
    ...{ class: name, probability, lineage },
    ...(node && { node: node.path, node_probability: node.probability, depth: node.depth }),
  };
}
