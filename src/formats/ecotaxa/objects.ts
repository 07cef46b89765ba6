/** The objects of a table, and the images that they have: a million of them take some 60 MB. */
import { withRoom } from '../../arrays.js';

export class Objects {
  readonly #numbers = new TextNumbers();
  /** The first image of each object, by its number, and the line of that. */
  #images = new Float64Array(0);
  #lines = new Int32Array(0);
  /** The lines of further images, by object and image. */
  readonly #further = new Map<string, number>();

  /** The number of an object, in the order in which they are met, from 0. */
  numberOf(object: string): number {
    return this.#numbers.numberOf(object);
  }

  /** The line on which an object has had this image before; otherwise the image is remembered. */
  lineOf(object: number, image: string, line: number): number | undefined {
    const hash = hash53(image);
    this.#images = withRoom(this.#images, object + 1);
    this.#lines = withRoom(this.#lines, object + 1);
    if (this.#lines[object] === 0) {
      this.#images[object] = hash;
      this.#lines[object] = line;
      return undefined;
    }
    if (this.#images[object] === hash) return this.#lines[object];
    const key = `${object} ${hash}`;
    const known = this.#further.get(key);
    if (known === undefined) this.#further.set(key, line);
    return known;
  }
}

/**
 * Numbers texts in the order in which they are first met. The texts are not kept, only 64 bits of each: among a million
 * texts, two are taken for one with a probability of 3 in 100 million.
 */
class TextNumbers {
  #count = 0;
  /** An open-addressed hash table, whose places are twos of halves of a hash; free where `#numbers` is 0. */
  #first = new Int32Array(2 ** 10);
  #second = new Int32Array(2 ** 10);
  /** The number of the text, from 1. */
  #numbers = new Int32Array(2 ** 10);

  numberOf(text: string): number {
    const [first, second] = hash64(text);
    const at = this.#placeOf(first, second);
    const known = this.#numbers[at] as number;
    if (known > 0) return known - 1;
    this.#put(at, first, second, ++this.#count);
    if (this.#count > 0.75 * this.#numbers.length) this.#grow();
    return this.#count - 1;
  }

  /** Where a text is, or would be put. */
  #placeOf(first: number, second: number): number {
    const mask = this.#numbers.length - 1;
    let at = (first ^ (second >>> 15)) & mask;
    while (this.#numbers[at] !== 0 && (this.#first[at] !== first || this.#second[at] !== second)) at = (at + 1) & mask;
    return at;
  }

  #put(at: number, first: number, second: number, number: number): void {
    this.#first[at] = first;
    this.#second[at] = second;
    this.#numbers[at] = number;
  }

  #grow(): void {
    const [firsts, seconds, numbers] = [this.#first, this.#second, this.#numbers];
    const length = 2 * numbers.length;
    this.#first = new Int32Array(length);
    this.#second = new Int32Array(length);
    this.#numbers = new Int32Array(length);
    numbers.forEach((number, i) => {
      if (number === 0) return;
      const [first, second] = [firsts[i] as number, seconds[i] as number];
      this.#put(this.#placeOf(first, second), first, second, number);
    });
  }
}

/** Two hashes of 32 bits that depend on each other only by their text: multiply, exclusive or, and the mixing of MurmurHash3. */
function hash64(text: string): readonly [number, number] {
  let [first, second] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    first = Math.imul(first ^ code, 0x9e3779b1);
    second = Math.imul(second ^ code, 0x5f356495);
  }
  return [mixed(first) ^ mixed(second ^ 0x2545f491), mixed(second)];
}

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}

/** 53 bits of {@link hash64}, which a number holds. */
function hash53(text: string): number {
  const [first, second] = hash64(text);
  return (first >>> 0) * 2 ** 21 + (second & (2 ** 21 - 1));
}
