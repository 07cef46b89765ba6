/** Writes scenes: a PNG file each, and their annotations in COCO's format. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../abort.js';
import { append } from '../../arrays.js';
import { CladenetError } from '../../errors.js';
import { writeFileAtomic, writeFolderAtomic } from '../../files.js';
import type { Annotation, Frame } from '../../formats/annotations/annotated-frames.js';
import { formatCoco } from '../../formats/annotations/coco-write.js';
import { loadSharp } from '../../sharp.js';
import { annotationsOf, sceneFile } from './annotated-scenes.js';
import type { Scenes } from './compose-scenes.js';

/** Options of {@link writeScenes}. */
export interface WriteScenesOptions {
  /** What the annotations say of themselves. */
  readonly info?: Readonly<Record<string, unknown>> | undefined;
  /** The name of each crop, which annotations get as an attribute. */
  readonly names?: readonly string[] | undefined;
  /** Called after every scene. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const OWN = /^\d{6,}\.png$/;

/**
 * Writes `frames/000001.png` and on, and `annotations.json` last, so that annotations are never of other frames. Earlier scenes are
 * replaced.
 *
 * @throws CladenetError OUTPUT when `frames` holds anything but scenes, or cannot be written; ABORTED after `signal`; as `sceneAt`
 */
export async function writeScenes(
  folder: string,
  scenes: Scenes,
  { info = {}, names, onProgress, signal }: WriteScenesOptions = {},
): Promise<{ readonly organisms: number }> {
  const [frames, file] = [join(folder, 'frames'), join(folder, 'annotations.json')];
  await requireOwn(frames);
  const sharp = await loadSharp();
  const listed: Frame[] = [];
  const annotations: Annotation[] = [];
  await rm(file, { force: true });
  await writeFolderAtomic(frames, async (temporary) => {
    for (let index = 0; index < scenes.count; index++) {
      throwIfAborted(signal, 'Composing scenes');
      const scene = scenes.sceneAt(index);
      const { pixels, width, height } = scene.frame;
      const name = sceneFile(index);
      await sharp(pixels, { raw: { width, height, channels: 1 } })
        .toColourspace('b-w')
        .png()
        .toFile(join(temporary, name));
      listed.push({ file: name, width, height });
      append(annotations, annotationsOf(scene, index, names));
      onProgress?.(index + 1, scenes.count);
    }
  });
  await writeFileAtomic(file, formatCoco({ frames: listed, categories: scenes.categories, annotations }, info));
  return { organisms: annotations.length };
}

async function requireOwn(frames: string): Promise<void> {
  const foreign = (await readdir(frames).catch(() => [] as string[])).filter((name) => !OWN.test(name));
  if (foreign.length === 0) return;
  const received = `${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ', ...' : ''}`;
  const remedy = 'Name another folder, or remove this one yourself.';
  throw new CladenetError('OUTPUT', 'The scenes cannot be written.', [
    { where: frames, expected: 'no folder, or one of scenes, which is replaced as a whole', received, remedy },
  ]);
}
