/** Forward passes over any number of examples, in batches of one size, so that one graph is enough. */

/** Large enough to keep the cores busy, small enough for feature maps to stay in the processor's cache. */
export const INFERENCE_BATCH = 128;

/**
 * Runs `forward` over `indices` in batches (the last one is padded with repeats) and collects the first `keep` numbers of
 * each row.
 *
 * @param size of a batch. Default 128
 */
export function inBatches(
  indices: Int32Array,
  keep: number,
  forward: (batch: Int32Array, filled: number) => { readonly rows: Float32Array; readonly width: number },
  size = INFERENCE_BATCH,
): Float32Array {
  const result = new Float32Array(indices.length * keep);
  const batch = new Int32Array(size);
  for (let start = 0; start < indices.length; start += size) {
    const filled = Math.min(size, indices.length - start);
    batch.fill(indices[start] ?? 0);
    batch.set(indices.subarray(start, start + filled));
    const { rows, width } = forward(batch, filled);
    for (let i = 0; i < filled; i++) {
      result.set(rows.subarray(i * width, i * width + keep), (start + i) * keep);
    }
  }
  return result;
}
