/**
 * The pages of a TIFF (TIFF 6.0, section 2; BigTIFF). libvips follows the chain of all pages before it reads the first one,
 * which takes minutes where there are hundreds of thousands.
 */

/** Reads bytes at a position; fewer than asked for at the end of the file. */
export type ReadAt = (position: number, length: number) => Uint8Array | Promise<Uint8Array>;

/** Where the link from one page to the next one is, and where that is. */
export interface PageLink {
  readonly at: number;
  /** Bytes of the link. */
  readonly size: 4 | 8;
  /** 0 behind the last page. */
  readonly next: number;
}

/** The links from each page to the next one, ending with 0. Ends early where the file does. */
export async function* pageLinks(read: ReadAt): AsyncGenerator<PageLink> {
  const header = await viewOf(read, 0, 16);
  if (header.byteLength < 16) return;
  const isLittle = header.getUint8(0) === 0x49;
  const isBig = header.getUint16(2, isLittle) === 43;
  const [size, entry] = isBig ? ([8, 20] as const) : ([4, 12] as const);
  const numberAt = (view: DataView) => (isBig ? Number(view.getBigUint64(0, isLittle)) : view.getUint32(0, isLittle));
  const countSize = isBig ? 8 : 2;
  let page = isBig ? Number(header.getBigUint64(8, isLittle)) : header.getUint32(4, isLittle);
  while (page > 0) {
    const count = await viewOf(read, page, countSize);
    if (count.byteLength < countSize) return;
    const entries = isBig ? Number(count.getBigUint64(0, isLittle)) : count.getUint16(0, isLittle);
    const at = page + countSize + entries * entry;
    const link = await viewOf(read, at, size);
    if (link.byteLength < size) return;
    page = numberAt(link);
    yield { at, size, next: page };
  }
}

async function viewOf(read: ReadAt, position: number, length: number): Promise<DataView> {
  const { buffer, byteOffset, byteLength } = await read(position, length);
  return new DataView(buffer, byteOffset, byteLength);
}

/** Makes the first page of a TIFF in memory its only one. @returns whether there were others */
export async function keepFirstPage(bytes: Uint8Array): Promise<boolean> {
  for await (const { at, size, next } of pageLinks((from, length) => bytes.subarray(from, from + length))) {
    bytes.fill(0, at, at + size);
    return next > 0;
  }
  return false;
}

/** Whether a TIFF has at most this number of pages. */
export async function hasAtMostPages(read: ReadAt, most: number): Promise<boolean> {
  let pages = 0;
  for await (const { next } of pageLinks(read)) if (next > 0 && ++pages >= most) return false;
  return true;
}
