/** Numbers as the report prints them. */
import { percent } from '../../units.js';

/** Where a table has nothing to show. */
export const NONE = '–';

/** A share as a percentage; a dash where there is none. */
export function shareText(share: number | null): string {
  return share === null ? NONE : percent(share);
}

/** Three decimals; a dash where there is none. */
export function numberText(value: number | null): string {
  return value === null ? NONE : value.toFixed(3);
}

/** `2,442` */
export const countText = (count: number): string => count.toLocaleString('en');

/** `1 image`, `2,442 images` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
