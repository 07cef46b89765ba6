/** The files that scores are written to. */
import type { ScoreColumn } from './score-columns.js';

/** A file that grows by rows. */
export interface ScoreFile {
  /** @param scores rows x columns, row-major */
  append(paths: readonly string[], scores: Float32Array): Promise<void>;
  /** Puts it into place. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** What a file says of all its rows. */
export interface ScoreFileOptions {
  readonly columns: readonly ScoreColumn[];
  /** Texts about the whole, where the format has a place for them. */
  readonly about: Readonly<Record<string, string>>;
}

export type OpenScoreFile = (file: string, options: ScoreFileOptions) => Promise<ScoreFile>;

/** By the extension of the file. The code of one is loaded when it is used. */
export const SCORE_FILES: Readonly<Record<string, OpenScoreFile>> = {
  '.csv': async (...args) => (await import('./csv-scores.js')).openCsvScores(...args),
  '.tsv': async (...args) => (await import('./csv-scores.js')).openCsvScores(...args),
  '.npy': async (...args) => (await import('./npy-scores.js')).openNpyScores(...args),
  '.parquet': async (...args) => (await import('./parquet-scores.js')).openParquetScores(...args),
  '.h5': async (...args) => (await import('./h5-scores.js')).openH5Scores(...args),
};
