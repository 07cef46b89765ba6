/** What a source of images is read into. */
import type { Problem } from '../errors.js';

export interface ImageRecord {
  /** Absolute where the source was given so, else relative to the working directory. */
  readonly path: string;
  /** The name of its class; undefined where nothing says it. */
  readonly label: string | undefined;
}

/** Records and what was odd about them: what every kind of source is read into. */
export interface SourceRecords {
  readonly records: ImageRecord[];
  readonly problems: Problem[];
}
