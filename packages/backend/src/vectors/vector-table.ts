import { KaleidoError } from '@kaleido/foundation';
import type { KernelExports } from '../wasm/kernel-exports.ts';
import { openKernels } from '../wasm/open-kernels.ts';

/** Rows of vectors, [rows, width]: as they are, or in bytes, where row r is `scales[r] * values`. */
export type VectorTableRows = { readonly rows: number; readonly width: number } & (
  | { readonly values: Float32Array }
  | { readonly values: Int8Array; readonly scales: Float32Array }
);

/** Rows are padded with zeros to a multiple of this many numbers, as the kernels read them. */
const step = 16;
/** Scores that one call can compute. */
const mostScores = 4096;
/** The largest number of a query in 16 bits: with rows in bytes no sum overflows 32 bits up to a width of 2,064. */
const largestOfQuery = 8191;
const widest = 2064;
const pageBytes = 65_536;

/**
 * Vectors in a WebAssembly memory of their own, and their dot products with a query, by SIMD on one core. It needs no
 * backend. The vectors cannot change; without references to the table its memory is free again.
 */
export class VectorTable {
  readonly rows: number;
  readonly width: number;
  readonly #run: KernelExports;
  readonly #memory: WebAssembly.Memory;
  readonly #padded: number;
  readonly #scalesAt: number | undefined;
  readonly #rowsAt: number;

  private constructor(table: VectorTableRows, memory: WebAssembly.Memory, run: KernelExports, places: Places) {
    this.rows = table.rows;
    this.width = table.width;
    this.#run = run;
    this.#memory = memory;
    this.#padded = places.padded;
    this.#scalesAt = places.scalesAt;
    this.#rowsAt = places.rowsAt;
  }

  /**
   * Copies the rows.
   * @throws KaleidoError for values that do not fill the rows, or rows in bytes wider than 2,064
   */
  static async open(table: VectorTableRows): Promise<VectorTable> {
    const { rows, width, values } = table;
    const scales = 'scales' in table ? table.scales : undefined;
    if (values.length !== rows * width || (scales !== undefined && scales.length !== rows))
      throw new KaleidoError({
        source: 'backend',
        problem: `a table of ${rows} vectors of ${width} numbers needs ${rows * width} values${scales === undefined ? '' : ' and a scale for each vector'}`,
        found: scales === undefined ? values.length : { values: values.length, scales: scales.length },
      });
    if (scales !== undefined && width > widest)
      throw new KaleidoError({
        source: 'backend',
        problem: `vectors in bytes may have up to ${widest} numbers`,
        found: width,
        advice: 'use float32',
      });
    const places = placesOf(rows, width, values.BYTES_PER_ELEMENT, scales !== undefined);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(places.bytes / pageBytes) });
    const { padded, rowsAt, scalesAt } = places;
    const target =
      values instanceof Float32Array
        ? new Float32Array(memory.buffer, rowsAt, rows * padded)
        : new Int8Array(memory.buffer, rowsAt, rows * padded);
    if (padded === width) target.set(values);
    else for (let row = 0; row < rows; row++) target.set(values.subarray(row * width, (row + 1) * width), row * padded);
    if (scales !== undefined) new Float32Array(memory.buffer, scalesAt, rows).set(scales);
    return new VectorTable(table, memory, await openKernels(memory), places);
  }

  /**
   * Dot products of a query with the rows from `begin` to before `end`, at most 4,096.
   * @returns a view that the next call overwrites
   * @throws RangeError for rows that the table does not have, or a query of another width
   */
  scores(query: Float32Array, begin: number, end: number): Float32Array {
    const count = end - begin;
    if (!(begin >= 0 && count >= 0 && count <= mostScores && end <= this.rows && query.length === this.width))
      throw new RangeError(
        `rows ${begin} to ${end} of ${this.rows}, query of ${query.length} numbers for a width of ${this.width}`,
      );
    const { buffer } = this.#memory;
    const [queryAt, targetAt] = [0, this.#padded * 4];
    if (this.#scalesAt === undefined) {
      new Float32Array(buffer, queryAt, this.width).set(query);
      this.#run.dotRows(queryAt, this.#rowsAt + begin * this.#padded * 4, targetAt, count, this.#padded);
    } else {
      const largest = query.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const scale = largest / largestOfQuery;
      const whole = new Int16Array(buffer, queryAt, this.width);
      for (let i = 0; i < this.width; i++) whole[i] = scale === 0 ? 0 : Math.round((query[i] as number) / scale);
      const rowsAt = this.#rowsAt + begin * this.#padded;
      this.#run.dotByteRows(queryAt, rowsAt, this.#scalesAt + begin * 4, targetAt, count, this.#padded, scale);
    }
    return new Float32Array(buffer, targetAt, count);
  }
}

interface Places {
  /** Numbers from one row to the next. */
  readonly padded: number;
  readonly scalesAt: number | undefined;
  readonly rowsAt: number;
  readonly bytes: number;
}

/** The query, the scores, the scales if there are any, the rows: addresses in the table's memory. */
function placesOf(rows: number, width: number, bytesPerValue: number, isScaled: boolean): Places {
  const padded = Math.ceil(width / step) * step;
  const scalesAt = padded * 4 + mostScores * 4;
  const rowsAt = isScaled ? Math.ceil((scalesAt + rows * 4) / 64) * 64 : scalesAt;
  return { padded, scalesAt: isScaled ? scalesAt : undefined, rowsAt, bytes: rowsAt + rows * padded * bytesPerValue };
}
