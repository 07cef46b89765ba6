/** Discrete Fourier transforms of images of any size. */

/** Complex numbers, row by row. */
export interface ComplexImage {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

type Transform = (re: Float64Array, im: Float64Array) => void;

/**
 * The forward transform of images of one size, in place. The inverse is that of the conjugate, conjugated, over the number of
 * pixels.
 */
export function transformOfImages(width: number, height: number): (image: ComplexImage) => void {
  const rows = transformOf(width);
  const columns = width === height ? rows : transformOf(height);
  const [columnRe, columnIm] = [new Float64Array(height), new Float64Array(height)];
  return ({ re, im }) => {
    for (let from = 0; from < re.length; from += width) {
      rows(re.subarray(from, from + width), im.subarray(from, from + width));
    }
    for (let x = 0; x < width; x++) {
      for (let y = 0, at = x; y < height; y++, at += width) {
        columnRe[y] = re[at] as number;
        columnIm[y] = im[at] as number;
      }
      columns(columnRe, columnIm);
      for (let y = 0, at = x; y < height; y++, at += width) {
        re[at] = columnRe[y] as number;
        im[at] = columnIm[y] as number;
      }
    }
  };
}

/**
 * The forward transform of `length` numbers, in place, as a convolution with a chirp whose length is a power of two
 * (L. I. Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", IEEE Transactions on
 * Audio and Electroacoustics 18 (1970) 451-455).
 */
function transformOf(length: number): Transform {
  if ((length & (length - 1)) === 0) return powerOfTwo(length);
  const size = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const transform = powerOfTwo(size);
  const [cos, sin] = [new Float64Array(length), new Float64Array(length)];
  const [chirpRe, chirpIm] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < length; i++) {
    const angle = (Math.PI * ((i * i) % (2 * length))) / length;
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
    for (const at of i === 0 ? [0] : [i, size - i]) {
      chirpRe[at] = cos[i] as number;
      chirpIm[at] = sin[i] as number;
    }
  }
  transform(chirpRe, chirpIm);
  const [a, b] = [new Float64Array(size), new Float64Array(size)];
  return (re, im) => {
    a.fill(0);
    b.fill(0);
    for (let i = 0; i < length; i++) {
      const [c, s, x, y] = [cos[i] as number, sin[i] as number, re[i] as number, im[i] as number];
      a[i] = x * c + y * s;
      b[i] = y * c - x * s;
    }
    transform(a, b);
    for (let i = 0; i < size; i++) {
      const [x, y, c, s] = [a[i] as number, b[i] as number, chirpRe[i] as number, chirpIm[i] as number];
      // The conjugate of the product: a second forward transform then is the inverse.
      a[i] = x * c - y * s;
      b[i] = -(x * s + y * c);
    }
    transform(a, b);
    for (let i = 0; i < length; i++) {
      const [c, s, x, y] = [cos[i] as number, sin[i] as number, (a[i] as number) / size, -(b[i] as number) / size];
      re[i] = x * c + y * s;
      im[i] = y * c - x * s;
    }
  };
}

/** The forward transform of a power of two of numbers, in place (J. W. Cooley and J. W. Tukey, 1965). */
function powerOfTwo(size: number): Transform {
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  const bits = Math.log2(size);
  const reversed = new Uint32Array(size);
  for (let i = 0; i < size; i++) reversed[i] = ((reversed[i >> 1] as number) >> 1) | ((i & 1) << Math.max(0, bits - 1));
  return (re, im) => {
    for (let i = 0; i < size; i++) {
      const j = reversed[i] as number;
      if (j <= i) continue;
      const [x, y] = [re[i] as number, im[i] as number];
      re[i] = re[j] as number;
      im[i] = im[j] as number;
      re[j] = x;
      im[j] = y;
    }
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0, at = start; k < half; k++, at++) {
          const [c, s] = [cos[k * step] as number, sin[k * step] as number];
          const [x, y] = [re[at + half] as number, im[at + half] as number];
          const [turnedX, turnedY] = [x * c - y * s, x * s + y * c];
          re[at + half] = (re[at] as number) - turnedX;
          im[at + half] = (im[at] as number) - turnedY;
          re[at] = (re[at] as number) + turnedX;
          im[at] = (im[at] as number) + turnedY;
        }
      }
    }
  };
}
