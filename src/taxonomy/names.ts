/** Names and paths: how nodes are identified, printed and checked. */

/** Joins the names of a path. A name must not contain it. */
export const SEPARATOR = '>';

/** A path as it is printed: `(root)` for the implicit root, whose path is empty. */
export function printPath(path: string): string {
  return path === '' ? '(root)' : path;
}

/** What is wrong with a class label, or undefined. */
export function labelFlaw(label: string): string | undefined {
  if (label === '') return 'an empty name';
  if (/\p{Cc}/u.test(label)) return `a control character in ${JSON.stringify(label)}`;
  if (label !== label.trim()) return `white space at an end of '${label}'`;
  return undefined;
}

/** What is wrong with the name of a node, or undefined. */
export function nameFlaw(name: string): string | undefined {
  return labelFlaw(name) ?? (name.includes(SEPARATOR) ? `a '${SEPARATOR}' in the name '${name}'` : undefined);
}
