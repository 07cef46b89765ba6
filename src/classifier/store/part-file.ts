/** Names of files of a classifier's parts. */

/** A file name that a person can read, with a number in front that keeps it unique. */
export function partFile(folder: 'weights' | 'forests', name: string, index: number): string {
  const readable = name
    .replace(/[^A-Za-z0-9_-]+/g, '.')
    .replace(/^\.+|\.+$/g, '')
    .slice(-60);
  return `${folder}/${String(index).padStart(4, '0')}${readable === '' ? '' : `-${readable}`}.bin`;
}
