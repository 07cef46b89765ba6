/** What scenes are like. */
import { CladenetError, type Problem } from '../../errors.js';

/** Two ends, both included; a number is both. */
export type Range = number | readonly [least: number, most: number];

/** Where the organisms of a scene lie: see `layout` of {@link SceneOptions}. */
export type SceneLayout = 'random' | 'apart' | 'pairs';

/** Options of {@link composeScenes}. */
export interface SceneOptions {
  /** A whole number; the same crops, options and seed give the same scenes. */
  readonly seed: number;
  /** Scenes that are gone through. Default 100. Any further scene can be composed by its number. */
  readonly count?: number | undefined;
  /** Pixels. Default 256. */
  readonly width?: number | undefined;
  /** Pixels. Default 256. */
  readonly height?: number | undefined;
  /**
   * `random`: organisms lie anywhere, some of them on another. `apart`: anywhere, but no two of them near each other. `pairs`: two
   * organisms that overlap as wanted, and nothing else. Default `random`.
   */
  readonly layout?: SceneLayout | undefined;
  /** Organisms of a scene, drawn uniformly, but for pairs. Fewer where there is no room. Default 1 to 12. */
  readonly organisms?: Range | undefined;
  /** `apart`: pixels that lie between the boxes of any two organisms at least. Default 8. */
  readonly gap?: number | undefined;
  /**
   * How much two organisms overlap: the share of the smaller one's mask that both have, 0 to 0.8. `pairs`: that of the pair,
   * drawn uniformly; at 0 they touch. `random`: that of organisms that are laid on another; no two overlap more than the most.
   * Default 0 to 0.8.
   */
  readonly overlap?: Range | undefined;
  /** How far a pair's overlap may be from the wanted one. Default 0.02. */
  readonly tolerance?: number | undefined;
  /** The share of a random scene's organisms that are laid on another one. Default 0.3. */
  readonly laidOnOthers?: number | undefined;
  /** Which classes the two of a pair have. Default `any`, as they are drawn. */
  readonly pairOf?: 'any' | 'same class' | 'different classes' | undefined;
  /**
   * How crops are drawn: `crops`, each as often as any other; `classes`, each class as often as any other. Default `crops`.
   */
  readonly draw?: 'crops' | 'classes' | undefined;
  /** Factors by which organisms are scaled, drawn uniformly. Default 0.8 to 1.2. */
  readonly scale?: Range | undefined;
  /** The longest side of an organism in pixels; larger ones are scaled down. Default half of the frame's shorter side. */
  readonly longestSide?: number | undefined;
  /** Whether organisms are turned by any angle. Default `true`. */
  readonly rotate?: boolean | undefined;
  /** Whether half of the organisms are mirrored. Default `true`. */
  readonly mirror?: boolean | undefined;
  /** The grey level of the paper, 1 to 255. Default 250. */
  readonly paper?: number | undefined;
  /** How uneven the paper is: standard deviation of its smooth texture in grey levels; of a range, drawn for each scene. Default 1.5. */
  readonly texture?: Range | undefined;
  /** The camera's noise: standard deviation in grey levels; of a range, drawn for each scene. Default 1.5. */
  readonly noise?: Range | undefined;
}

/** Options with their defaults. */
export interface SceneSettings {
  readonly seed: number;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly layout: SceneLayout;
  readonly organisms: readonly [number, number];
  readonly gap: number;
  readonly overlap: readonly [number, number];
  readonly tolerance: number;
  readonly laidOnOthers: number;
  readonly pairOf: 'any' | 'same class' | 'different classes';
  readonly draw: 'crops' | 'classes';
  readonly scale: readonly [number, number];
  readonly longestSide: number;
  readonly rotate: boolean;
  readonly mirror: boolean;
  readonly paper: number;
  readonly texture: readonly [number, number];
  readonly noise: readonly [number, number];
}

/** Two organisms that overlap more are one to most eyes. */
export const MOST_OVERLAP = 0.8;
/** The grey level of the paper, if nothing else is said. */
export const USUAL_PAPER = 250;
/** The longest side of a frame. */
export const LONGEST_FRAME = 16_384;

/** @throws CladenetError USAGE with all options that are not valid */
export function sceneSettings(options: SceneOptions): SceneSettings {
  const { width = 256, height = 256 } = options;
  const settings: SceneSettings = {
    seed: options.seed,
    count: options.count ?? 100,
    width,
    height,
    layout: options.layout ?? 'random',
    organisms: rangeOf(options.organisms ?? [1, 12]),
    gap: options.gap ?? 8,
    overlap: rangeOf(options.overlap ?? [0, MOST_OVERLAP]),
    tolerance: options.tolerance ?? 0.02,
    laidOnOthers: options.laidOnOthers ?? 0.3,
    pairOf: options.pairOf ?? 'any',
    draw: options.draw ?? 'crops',
    scale: rangeOf(options.scale ?? [0.8, 1.2]),
    longestSide: options.longestSide ?? Math.floor(Math.min(width, height) / 2),
    rotate: options.rotate ?? true,
    mirror: options.mirror ?? true,
    paper: options.paper ?? USUAL_PAPER,
    texture: rangeOf(options.texture ?? 1.5),
    noise: rangeOf(options.noise ?? 1.5),
  };
  const problems = problemsOf(settings);
  if (problems.length > 0) throw new CladenetError('USAGE', 'No scenes can be composed like that.', problems);
  return settings;
}

const rangeOf = (range: Range): readonly [number, number] => (typeof range === 'number' ? [range, range] : range);

function problemsOf(settings: SceneSettings): Problem[] {
  const problems: Problem[] = [];
  const check = (where: keyof SceneSettings, isValid: (value: number) => boolean, expected: string) => {
    const value = settings[where];
    const ends = Array.isArray(value) ? (value as number[]) : [value as number];
    const isRange = Array.isArray(value);
    const isAscending = !isRange || (ends.length === 2 && (ends[0] ?? 0) <= (ends[1] ?? 0));
    if (ends.every(isValid) && isAscending) return;
    problems.push({
      where,
      expected: isRange ? `${expected}, or two of them in ascending order` : expected,
      received: ends.join(' to '),
    });
  };
  const whole = (least: number, most: number) => (value: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  const within = (least: number, most: number) => (value: number) => value >= least && value <= most;
  const most = Number.MAX_SAFE_INTEGER;
  check('seed', whole(-most, most), 'a whole number');
  check('count', whole(0, most), 'a whole number of at least 0');
  check('width', whole(16, LONGEST_FRAME), `a whole number from 16 to ${LONGEST_FRAME}`);
  check('height', whole(16, LONGEST_FRAME), `a whole number from 16 to ${LONGEST_FRAME}`);
  check('organisms', whole(0, 100_000), 'a whole number from 0 to 100000');
  check('gap', whole(0, LONGEST_FRAME), `a whole number of pixels from 0 to ${LONGEST_FRAME}`);
  check('overlap', within(0, MOST_OVERLAP), `a share from 0 to ${MOST_OVERLAP}`);
  check('tolerance', (value) => value > 0 && value <= 1, 'a share above 0, up to 1');
  check('laidOnOthers', within(0, 1), 'a share from 0 to 1');
  check('scale', within(0.05, 20), 'a factor from 0.05 to 20');
  const shorter = Math.min(settings.width, settings.height);
  const room = settings.layout === 'pairs' ? Math.floor(shorter / 2) : shorter;
  check('longestSide', whole(4, room), `a whole number from 4 to ${room}, so that the organisms have room`);
  check('paper', within(1, 255), 'a grey level from 1 to 255');
  check('texture', within(0, 128), 'a number of grey levels from 0 to 128');
  check('noise', within(0, 128), 'a number of grey levels from 0 to 128');
  return problems;
}
