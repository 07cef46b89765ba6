/** Numbers with their units, as people read them. */

/** `259 MB`, `1.3 GB`: decimal, as pip and disks count. */
export function bytes(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} GB`;
  if (count >= 1e6) return `${Math.round(count / 1e6)} MB`;
  return `${Math.ceil(count / 1e3)} kB`;
}

/** `1 image`, `2 images`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `a, b, c and 4 more`; all of them where no more than one would be left out. */
export function firstOf(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return rest > 1 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

/** `1.5 s`, `75 s`, `12.4 min`. */
export function duration(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${(seconds / 60).toFixed(1)} min`;
}

/** A share as a percentage: `81.2 %`; 0 < share < 1 never shows as 0 or 100. */
export function percent(share: number, digits = 1): string {
  const least = 10 ** -digits;
  const value = share * 100;
  if (value > 0 && value < least / 2) return `<${least} %`;
  if (value < 100 && value > 100 - least / 2) return `>${(100 - least).toFixed(digits)} %`;
  return `${value.toFixed(digits)} %`;
}
