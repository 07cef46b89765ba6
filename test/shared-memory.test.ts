import { describe, expect, it } from 'vitest';
import { inSharedMemory } from '../src/shared-memory.js';

describe('bytes in shared memory', () => {
  it('are the same bytes in one block, each array copied once', () => {
    const arrays = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(0, 9, 8, 0).subarray(1, 3)];
    const shared = inSharedMemory(arrays);
    expect(shared.map((array) => [...array])).toEqual([[1, 2, 3], [], [9, 8]]);
    const block = shared[0]?.buffer;
    expect(block).toBeInstanceOf(SharedArrayBuffer);
    expect(block?.byteLength).toBe(5);
    expect(new Set(shared.map(({ buffer }) => buffer)).size).toBe(1);
    const again = inSharedMemory([...shared, Uint8Array.of(7)]);
    expect(again.slice(0, 3)).toEqual(shared);
    expect(again[0]).toBe(shared[0]);
    expect([...(again[3] ?? [])]).toEqual([7]);
  });
});
