/** Numbers of an array as schedulers write them: `1-4,7`. */

export function asRanges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const ranges: [first: number, last: number][] = [];
  for (const number of sorted) {
    const range = ranges.at(-1);
    if (range !== undefined && number === range[1] + 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** Of `7-9,12%1`, where `%1` is how many may run at once. Slurm cuts long lists: `1-4,...` has those that it names. */
export function fromRanges(text: string): number[] {
  return text
    .replace(/%.*$/, '')
    .split(',')
    .flatMap((part) => {
      const [, first, last = first, step = '1'] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part) ?? [];
      if (first === undefined || last === undefined) return [];
      const numbers = [];
      for (let number = Number(first); number <= Number(last); number += Number(step)) numbers.push(number);
      return numbers;
    });
}
