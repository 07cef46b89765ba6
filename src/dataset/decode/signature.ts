/** What a file is, by its first bytes: a name can say anything, and libvips would draw an SVG that is called `x.jpg`. */

/** The formats that are decoded. */
export const DECODED = ['JPEG', 'PNG', 'TIFF', 'GIF', 'WebP', 'AVIF'] as const;

export type DecodedFormat = (typeof DECODED)[number];

/** As many bytes as the signatures below need. */
export const SIGNATURE_BYTES = 1024;

const latin = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('latin1');

/** Brands of ISO base media files. @see ISO/IEC 14496-12, 4.3 */
const brandsOf = (bytes: Uint8Array) => latin(bytes, 8, Math.min(bytes[3] ?? 0, 256)).match(/.{4}/gs) ?? [];

const begins = (text: string) => (bytes: Uint8Array) => latin(bytes, 0, text.length) === text;
const contains = (at: number, text: string) => (bytes: Uint8Array) => latin(bytes, at, at + text.length) === text;
const hasBrand = (pattern: RegExp) => (bytes: Uint8Array) =>
  contains(4, 'ftyp')(bytes) && brandsOf(bytes).some((brand) => pattern.test(brand));

const SIGNATURES: readonly (readonly [DecodedFormat, (bytes: Uint8Array) => boolean])[] = [
  ['JPEG', begins('\xff\xd8\xff')],
  ['PNG', begins('\x89PNG\r\n\x1a\n')],
  ['TIFF', (bytes) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(latin(bytes, 0, 4))],
  ['GIF', (bytes) => /^GIF8[79]a/.test(latin(bytes, 0, 6))],
  ['WebP', (bytes) => begins('RIFF')(bytes) && contains(8, 'WEBP')(bytes)],
  ['AVIF', hasBrand(/^avi[fs]$/)],
];

/** Kinds of file that people have, or that another name hides, in words. */
const OTHERS: readonly (readonly [string, (bytes: Uint8Array) => boolean])[] = [
  ['an SVG drawing', (bytes) => /^(\xef\xbb\xbf)?\s*<(\?xml|!--|!DOCTYPE svg|svg)/i.test(latin(bytes, 0, 256))],
  ['an HTML page', (bytes) => /^(\xef\xbb\xbf)?\s*<(!DOCTYPE html|html|head|body)/i.test(latin(bytes, 0, 256))],
  ['a PDF document', begins('%PDF')],
  ['a PostScript document', begins('%!PS')],
  ['a BMP image', begins('BM')],
  ['a HEIC image', hasBrand(/^(hei[cfmsx]|hev[cx]|mif1|msf1)$/)],
  ['a JPEG XL image', (bytes) => begins('\xff\x0a')(bytes) || contains(4, 'JXL ')(bytes)],
  ['a JPEG 2000 image', (bytes) => begins('\xff\x4f\xff\x51')(bytes) || contains(4, 'jP  ')(bytes)],
  ['a PNM image', (bytes) => /^P[1-7][\s#]/.test(latin(bytes, 0, 3))],
  ['a FITS image', begins('SIMPLE  =')],
  ['a libvips image', (bytes) => begins('\x08\xf2\xa6\xb6')(bytes) || begins('\xb6\xa6\xf2\x08')(bytes)],
  ['an OpenEXR image', begins('v/1\x01')],
  ['a MATLAB file', begins('MATLAB')],
  ['an HDF5 file', begins('\x89HDF')],
  ['a ZIP archive', begins('PK')],
  ['a gzip archive', begins('\x1f\x8b')],
];

/** The format of a file with these first bytes, if it is one that is decoded; otherwise what the file is, in words. */
export function formatOf(bytes: Uint8Array): { readonly format?: DecodedFormat; readonly other?: string } {
  const [format] = SIGNATURES.find(([, matches]) => matches(bytes)) ?? [];
  if (format !== undefined) return { format };
  const [other] = OTHERS.find(([, matches]) => matches(bytes)) ?? [];
  return { other: other ?? 'a file of another kind' };
}
