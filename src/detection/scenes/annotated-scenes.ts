/** Scenes as annotated frames. */
import type { AnnotatedFrames, Annotation } from '../../formats/annotations/annotated-frames.js';
import { areaOfRuns, runsOfMask } from '../../formats/annotations/coco-runs.js';
import type { Scene } from './compose-scenes.js';

/** The frame of scene `number`: `000001.png`. */
export const sceneFile = (number: number): string => `${String(number + 1).padStart(6, '0')}.png`;

/**
 * The annotations of a scene: boxes, masks, areas, and as attributes the largest share that an organism has in common with another (of
 * the smaller of the two) and, with `names`, the crop that it is of.
 *
 * @param number the number of its frame
 * @param names  the name of each crop
 */
export function annotationsOf(scene: Scene, number: number, names?: readonly string[]): Annotation[] {
  return scene.organisms.map(({ box, mask, category, crop }, i) => {
    const shares = scene.overlaps.flatMap(({ first, second, overlap }) =>
      first === i || second === i ? [overlap] : [],
    );
    const runs = runsOfMask(mask, box, scene.frame);
    const overlap = Math.round(1e4 * shares.reduce((most, share) => Math.max(most, share), 0)) / 1e4;
    const name = names?.[crop];
    return {
      ...{ frame: number, category, box, mask: runs, area: areaOfRuns(runs) },
      attributes: { overlap, ...(name !== undefined && { crop: name }) },
    };
  });
}

/** Scenes with their annotations, named as `cladenet compose` names their files. */
export function annotatedScenes(scenes: readonly Scene[], categories: readonly string[]): AnnotatedFrames {
  return {
    frames: scenes.map(({ frame: { width, height } }, i) => ({ file: sceneFile(i), width, height })),
    categories,
    annotations: scenes.flatMap((scene, i) => annotationsOf(scene, i)),
  };
}
