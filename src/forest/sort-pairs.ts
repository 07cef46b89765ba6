/** Sorting of integer keys, each with a payload: by insertion for a few pairs, else by digits from the lowest (radix sort). */

/** Up to this many pairs insertion is faster. */
const FEW = 48;
/** Most bits of a digit: the counters of 2^11 values stay in the fastest cache. */
const MOST_BITS = 11;

/** Buffers of pairs. Sorting may exchange them, so a caller reads `keys` and `payloads` anew after {@link sort}. */
export class PairSorter {
  keys: Int32Array;
  payloads: Int32Array;
  private otherKeys: Int32Array;
  private otherPayloads: Int32Array;
  private readonly counts = new Int32Array(1 << MOST_BITS);

  constructor(capacity: number) {
    this.keys = new Int32Array(capacity);
    this.payloads = new Int32Array(capacity);
    this.otherKeys = new Int32Array(capacity);
    this.otherPayloads = new Int32Array(capacity);
  }

  /** Sorts the first `n` pairs, whose keys are from 0 to `most`, by their keys. */
  sort(n: number, most: number): void {
    if (n <= FEW) {
      insert(this.keys, this.payloads, n);
      return;
    }
    const bits = 32 - Math.clz32(most);
    // Clearing and adding up the counters should cost no more than moving the pairs.
    const affordable = Math.min(MOST_BITS, Math.max(6, 31 - Math.clz32(n)));
    const passes = Math.max(1, Math.ceil(bits / affordable));
    const digit = Math.ceil(bits / passes);
    for (let shift = 0; shift < bits; shift += digit) this.pass(n, shift, digit);
  }

  private pass(n: number, shift: number, digit: number): void {
    const { keys, payloads, otherKeys, otherPayloads, counts } = this;
    const mask = (1 << digit) - 1;
    counts.fill(0, 0, mask + 1);
    for (let i = 0; i < n; i++) {
      const value = ((keys[i] as number) >> shift) & mask;
      counts[value] = (counts[value] as number) + 1;
    }
    let sum = 0;
    for (let value = 0; value <= mask; value++) {
      const count = counts[value] as number;
      counts[value] = sum;
      sum += count;
    }
    for (let i = 0; i < n; i++) {
      const key = keys[i] as number;
      const value = (key >> shift) & mask;
      const to = counts[value] as number;
      counts[value] = to + 1;
      otherKeys[to] = key;
      otherPayloads[to] = payloads[i] as number;
    }
    this.keys = otherKeys;
    this.payloads = otherPayloads;
    this.otherKeys = keys;
    this.otherPayloads = payloads;
  }
}

function insert(keys: Int32Array, payloads: Int32Array, n: number): void {
  for (let i = 1; i < n; i++) {
    const key = keys[i] as number;
    const payload = payloads[i] as number;
    let j = i - 1;
    while (j >= 0 && (keys[j] as number) > key) {
      keys[j + 1] = keys[j] as number;
      payloads[j + 1] = payloads[j] as number;
      j--;
    }
    keys[j + 1] = key;
    payloads[j + 1] = payload;
  }
}
