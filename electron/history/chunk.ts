import { GPU_METRICS, GPU_ROW_WIDTH } from '../../shared/contract/gpu.ts';

/** Rows are kept a minute at a time. */
export const CHUNK_MS = 60_000;
/** Of a roll-up, a metric: min, max, mean, count. */
const ROLLUP_WIDTH = 4;

export const chunkStart = (atMs: number): number => Math.floor(atMs / CHUNK_MS) * CHUNK_MS;

/** Rows as stored: times as ms since the chunk's start, all in 32-bit floats (exact for whole ms within a minute). */
export function packRows(start: number, rows: readonly Float64Array[]): Uint8Array {
  const packed = new Float32Array(rows.length * GPU_ROW_WIDTH);
  rows.forEach((row, i) => {
    packed.set(row, i * GPU_ROW_WIDTH);
    packed[i * GPU_ROW_WIDTH] = (row[0] ?? start) - start;
  });
  return new Uint8Array(packed.buffer);
}

/** A stored blob as 32-bit floats; copied when it is not aligned. A blob cut short loses its last row only. */
export function unpackFloats(blob: Uint8Array): Float32Array {
  const usable = blob.byteLength - (blob.byteLength % 4);
  const aligned = blob.byteOffset % 4 === 0 ? blob : blob.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, usable / 4);
}

/** Min, max, mean and count of every metric over some rows, in GPU_METRICS order. */
export function packRollup(rows: readonly Float64Array[]): Uint8Array {
  const packed = new Float32Array(GPU_METRICS.length * ROLLUP_WIDTH);
  GPU_METRICS.forEach((_metric, m) => {
    const values = rows.map((row) => row[m + 1] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    const sum = values.reduce((total, value) => total + value, 0);
    packed.set(
      values.length === 0
        ? [Number.NaN, Number.NaN, Number.NaN, 0]
        : [Math.min(...values), Math.max(...values), sum / values.length, values.length],
      m * ROLLUP_WIDTH,
    );
  });
  return new Uint8Array(packed.buffer);
}

/** One metric of a roll-up blob. */
export function readRollup(floats: Float32Array, metricIndex: number): { min: number; max: number; mean: number; count: number } {
  const at = metricIndex * ROLLUP_WIDTH;
  const nan = Number.NaN;
  return { min: floats[at] ?? nan, max: floats[at + 1] ?? nan, mean: floats[at + 2] ?? nan, count: floats[at + 3] ?? 0 };
}
