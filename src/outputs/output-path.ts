/** The paths of a call: what it writes, and what it reads. */

/**
 * What is written at a path, which decides what may be there before:
 * - `file`: a file, of which an older one is replaced;
 * - `classifier`: a folder that is replaced whole, so that nothing but an older classifier may be in it;
 * - `detector`: the same, of a detector;
 * - `unfinished`: a folder with unfinished work, which is removed in the end, so that it holds nothing else;
 * - `study`, `demo`: a folder that files of fixed names are written into, among others;
 * - `folder`: a folder that files are written into.
 */
export type OutputKind = 'file' | 'classifier' | 'detector' | 'unfinished' | 'study' | 'demo' | 'folder';

export interface OutputPath {
  /** The argument that names it: `out`, `json`. */
  readonly where: string;
  readonly path: string;
  readonly kind: OutputKind;
  /** Whether other runs may write their parts of it at the same time: it is checked and not locked as a whole. Default false. */
  readonly shared?: boolean | undefined;
}

/** `images` are the source of images: a folder of them, a table, or an image. */
export type InputKind = 'images' | 'classifier' | 'file';

/** What a call reads: a path, the argument that names it, and what lies there. */
export interface InputPath {
  /** The argument that names it: `from`, `images`. */
  readonly where: string;
  readonly path: string;
  readonly kind: InputKind;
}

/** Whether it is a folder. */
export const isFolderKind = (kind: OutputKind): boolean => kind !== 'file';

/** Whether what is there is removed as a whole. */
export const isReplaced = (kind: OutputKind): boolean => ['classifier', 'detector', 'unfinished'].includes(kind);

/** Whether its figures and images lie in a folder that may hold other things too. */
export const isFilled = (kind: OutputKind): boolean => isFolderKind(kind) && !isReplaced(kind);
