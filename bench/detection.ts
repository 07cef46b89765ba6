/**
 * Detectors on composed scenes: how well they find organisms, and both of two that lie on each other.
 *
 *     npx tsx bench/detection.ts IMAGES OUT [--part train|scenes|pairs|separation|speed] [--kinds centre,two-slot,yolo] [--seeds 1,2,3]
 *         [--epochs 20] [--examples 1600] [--frames 500] [--pairs 1000] [--limit-per-class n]
 *
 * IMAGES are of single organisms. Without `--part` everything is done, in this order. Trainings are kept in OUT/KIND-SEED, resume when the
 * same command is given again, and are not repeated; every figure is printed as a row of a table. Organisms of the training part are
 * trained on, of the validation part choose epoch and score, of the test part judge. The split is that of the seed 1 for all.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Box } from '../src/box.js';
import type { Detection } from '../src/detection/detector.js';
import { foundOfPair } from '../src/detection/judging/pairs.js';
import type { DetectorKind } from '../src/detection/learned/kinds.js';
import type { LearnedDetector } from '../src/detection/learned/learned-detector.js';
import { loadDetector } from '../src/detection/learned/store.js';
import { trainDetectorInto } from '../src/detection/learned/train-detector.js';
import { precisionOf } from '../src/detection/learned/validation-score.js';
import { composeScenes } from '../src/detection/scenes/compose-scenes.js';
import { cutOutPart, type Part } from '../src/detection/scenes/cut-out-part.js';
import type { Cutout } from '../src/detection/scenes/cutout.js';
import { openImages, prepareData, preprocessingFor } from '../src/index.js';

const { positionals, values: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: 'string' },
    kinds: { type: 'string', default: 'centre,two-slot,yolo' },
    seeds: { type: 'string', default: '1,2,3' },
    epochs: { type: 'string', default: '20' },
    examples: { type: 'string', default: '1600' },
    frames: { type: 'string', default: '500' },
    pairs: { type: 'string', default: '1000' },
    'limit-per-class': { type: 'string' },
  },
});
const [folder, out] = positionals;
if (folder === undefined || out === undefined) throw new Error('give IMAGES and OUT');
const kinds = chosen.kinds.split(',') as DetectorKind[];
const seeds = chosen.seeds.split(',').map(Number);
const does = (part: string) => chosen.part === undefined || chosen.part === part;
const say = (line: string) => process.stdout.write(`${line}\n`);
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

const limit = chosen['limit-per-class'];
const images = await openImages(
  folder,
  preprocessingFor(),
  limit === undefined ? {} : { limitPerClass: Number(limit), seed: 1 },
);
const data = prepareData(images, { seed: 1 });
const cut = new Map<Part, readonly Cutout[]>();
async function cutoutsOf(part: Part): Promise<readonly Cutout[]> {
  const known = cut.get(part) ?? (await cutOutPart(data, part)).cutouts;
  cut.set(part, known);
  return known;
}

const folderOf = (kind: DetectorKind, seed: number) => join(out, `${kind}-${seed}`);

if (does('train')) {
  const [train, validation] = [await cutoutsOf('train'), await cutoutsOf('validation')];
  say(`${train.length} organisms to train on, ${validation.length} to choose by`);
  for (const kind of kinds) {
    for (const seed of seeds) {
      if (existsSync(join(folderOf(kind, seed), 'detector.json'))) continue;
      const usage = process.cpuUsage();
      const detector = await trainDetectorInto(
        folderOf(kind, seed),
        { from: 'scenes', train, validation },
        {
          kind,
          examples: Number(chosen.examples),
          separator: kind === 'two-slot',
          training: { epochs: Number(chosen.epochs), seed },
          separatorTraining: { epochs: Math.max(1, Math.round(Number(chosen.epochs) / 2)), seed },
          hooks: {
            onEpoch: ({ epoch, loss, accuracy, validationAccuracy, seconds }) => {
              say(
                `  ${kind} ${seed}, epoch ${epoch}: loss ${loss.toFixed(3)}, overlap ${percent(accuracy)}, validation ${percent(validationAccuracy ?? 0)}, ${seconds.toFixed(0)} s`,
              );
            },
          },
        },
      );
      const { user, system } = process.cpuUsage(usage);
      const { summary, validation: judged, threshold } = detector.description;
      say(
        `| ${kind} | ${seed} | ${(summary.seconds / 60).toFixed(1)} min | ${((user + system) / 6e7).toFixed(1)} core min, separator included | AP ${percent(judged?.averagePrecision ?? 0)} | AP50 ${percent(judged?.averagePrecision50 ?? 0)} | score ${threshold.toFixed(3)} |`,
      );
      detector.dispose();
    }
  }
}

/** Each trained detector in turn. */
async function withDetectors(work: (detector: LearnedDetector, kind: DetectorKind, seed: number) => Promise<void>) {
  for (const kind of kinds) {
    for (const seed of seeds) {
      if (!existsSync(join(folderOf(kind, seed), 'detector.json'))) continue;
      const detector = await loadDetector(folderOf(kind, seed));
      await work(detector, kind, seed).finally(() => detector.dispose());
    }
  }
}

/** Everything from a low score on: average precision takes all, counts and pairs what is above the detector's own score. */
const ALL = 0.05;
const above = (detections: readonly Detection[], score: number) => detections.filter((one) => one.score >= score);

if (does('scenes')) {
  say(
    '\n| detector | seed | AP | AP50 | count error a frame | boxes a frame | organisms a frame |\n|---|---|---|---|---|---|---|',
  );
  const scenes = composeScenes(await cutoutsOf('test'), { seed: 1001, count: Number(chosen.frames) });
  await withDetectors(async (detector, kind, seed) => {
    const keen = detector.withThreshold(ALL);
    const frames: { found: readonly Detection[]; boxes: readonly Box[] }[] = [];
    for (const { frame, organisms } of scenes) {
      frames.push({ found: await keen.detect(frame), boxes: organisms.map(({ box }) => box) });
    }
    keen.dispose();
    const counts = frames.map(({ found, boxes }) => [above(found, detector.threshold).length, boxes.length] as const);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const { ap, ap50 } = precisionOf(frames);
    const error = mean(counts.map(([found, there]) => Math.abs(found - there)));
    const [boxes, there] = [mean(counts.map(([found]) => found)), mean(counts.map(([, organisms]) => organisms))];
    say(
      `| ${kind} | ${seed} | ${percent(ap)} | ${percent(ap50)} | ${error.toFixed(2)} | ${boxes.toFixed(2)} | ${there.toFixed(2)} |`,
    );
  });
}

const LEVELS = [0, 0.1, 0.3, 0.5, 0.7];
const PAIRS = ['same class', 'different classes'] as const;

if (does('pairs')) {
  say('\nBoth of two found, by overlap; boxes a pair');
  say(
    `| detector | seed | classes | ${LEVELS.map((level) => `${100 * level} %`).join(' | ')} | boxes |\n|---|---|---|${'---|'.repeat(LEVELS.length + 1)}`,
  );
  const test = await cutoutsOf('test');
  await withDetectors(async (detector, kind, seed) => {
    for (const pairOf of PAIRS) {
      const shares: string[] = [];
      let [boxes, frames] = [0, 0];
      for (const overlap of LEVELS) {
        const count = Number(chosen.pairs) / PAIRS.length;
        const scenes = composeScenes(test, { seed: 2000 + 100 * overlap, count, layout: 'pairs', overlap, pairOf });
        let both = 0;
        for (const { frame, organisms } of scenes) {
          const found = await detector.detect(frame);
          const truths = organisms.map(({ box }) => ({ box, isCrowd: false }));
          both += foundOfPair(truths, found) === 2 ? 1 : 0;
          boxes += found.length;
          frames += 1;
        }
        shares.push(percent(both / count));
      }
      say(`| ${kind} | ${seed} | ${pairOf} | ${shares.join(' | ')} | ${(boxes / frames).toFixed(2)} |`);
    }
  });
}

if (does('separation')) {
  say(
    '\nDensity given to the right organism of two, inside its true box, by overlap: as it is in the frame, and separated',
  );
  say(
    `| detector | seed | | ${LEVELS.map((level) => `${100 * level} %`).join(' | ')} |\n|---|---|---|${'---|'.repeat(LEVELS.length)}`,
  );
  const test = await cutoutsOf('test');
  const densities = (levels: Uint8Array) => Float32Array.from(levels, (level) => -Math.log(Math.max(1, level) / 255));
  await withDetectors(async (detector, kind, seed) => {
    if (detector.description.separator === null) return;
    const [raw, apart]: string[][] = [[], []];
    for (const overlap of LEVELS) {
      const count = Math.round(Number(chosen.pairs) / 5);
      const scenes = composeScenes(test, { seed: 3000 + 100 * overlap, count, layout: 'pairs', overlap });
      let [whole, separated, organismsSeen] = [0, 0, 0];
      for (const { frame, organisms } of scenes) {
        for (const { box, alone } of organisms) {
          const own = densities(alone.pixels);
          const total = own.reduce((sum, value) => sum + value, 0);
          const right = (levels: Uint8Array) => {
            const wrong = densities(levels).reduce((sum, value, i) => sum + Math.abs(value - (own[i] as number)), 0);
            return Math.max(0, 1 - wrong / Math.max(1, total));
          };
          const cropped = Uint8Array.from(own, (_, i) => {
            const [x, y] = [box.x + (i % box.width), box.y + Math.floor(i / box.width)];
            return frame.pixels[y * frame.width + x] as number;
          });
          whole += right(cropped);
          separated += right(detector.separate(frame, box).pixels);
          organismsSeen += 1;
        }
      }
      raw?.push(percent(whole / organismsSeen));
      apart?.push(percent(separated / organismsSeen));
    }
    say(
      `| ${kind} | ${seed} | as it is | ${raw?.join(' | ')} |\n| ${kind} | ${seed} | separated | ${apart?.join(' | ')} |`,
    );
  });
}

if (does('speed')) {
  say('\n| detector | frames of 256 x 256 a second | of 1,024 x 1,024 |\n|---|---|---|');
  const test = await cutoutsOf('test');
  const done = new Set<DetectorKind>();
  await withDetectors(async (detector, kind) => {
    if (done.has(kind)) return;
    done.add(kind);
    const rates: string[] = [];
    for (const side of [256, 1024]) {
      const organisms = side === 256 ? 6 : 100;
      const scenes = composeScenes(test, {
        seed: 4000,
        count: 5,
        width: side,
        height: side,
        organisms,
        longestSide: 128,
      });
      const frames = Array.from(scenes, ({ frame }) => frame);
      await detector.detect(frames[0] as (typeof frames)[number]);
      const started = performance.now();
      let count = 0;
      while (performance.now() - started < 5000) {
        await detector.detect(frames[count % frames.length] as (typeof frames)[number]);
        count += 1;
      }
      rates.push(((1000 * count) / (performance.now() - started)).toFixed(1));
    }
    say(`| ${kind}${detector.description.separator === null ? '' : ', with its separator'} | ${rates.join(' | ')} |`);
  });
}
