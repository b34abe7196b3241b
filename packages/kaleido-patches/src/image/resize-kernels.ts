import { kernels } from '#resize-kernels';
import type { Size } from '../box.ts';
import { plainPasses } from './plain-resize.ts';
import type { Resampling } from './resampling.ts';
import type { PixelRegion, ResizePasses, ResizePlan } from './resize-passes.ts';

/** The exports of kernels/resize.ts; all arguments but the sizes are addresses. */
interface ResizeExports {
  alongRows(
    source: number,
    stride: number,
    rows: number,
    starts: number,
    counts: number,
    weights: number,
    most: number,
    target: number,
    width: number,
  ): void;
  alongColumns(
    source: number,
    stride: number,
    length: number,
    starts: number,
    counts: number,
    weights: number,
    most: number,
    target: number,
    height: number,
  ): void;
}

const pageBytes = 65_536;
/** Bytes that the kernels may read and write past their input and output. */
const slack = 16;
/** Front of the memory, for weights. They are kept from picture to picture, because patch sizes repeat. */
const tableRoom = 16 * pageBytes;

/** Addresses of a table of weights. */
interface PlacedTable {
  readonly starts: number;
  readonly counts: number;
  readonly weights: number;
  readonly most: number;
}

/** The passes in WebAssembly; undefined if the engine has no 128-bit vectors, or cannot compile. */
export function openResizeKernels(): ResizePasses | undefined {
  try {
    const module = new WebAssembly.Module(Uint8Array.from(atob(kernels), (letter) => letter.charCodeAt(0)));
    const memory = new WebAssembly.Memory({ initial: 2 * (tableRoom / pageBytes) });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return new ResizeKernels(memory, exports as unknown as ResizeExports);
  } catch {
    return undefined;
  }
}

class ResizeKernels implements ResizePasses {
  readonly #memory: WebAssembly.Memory;
  readonly #run: ResizeExports;
  #bytes: Uint8Array;
  #tables = new Map<Resampling, PlacedTable>();
  #tablesEnd = 0;

  constructor(memory: WebAssembly.Memory, run: ResizeExports) {
    this.#memory = memory;
    this.#run = run;
    this.#bytes = new Uint8Array(memory.buffer);
  }

  resize(from: PixelRegion, to: Size, plan: ResizePlan, result: Uint8Array, offset: number): void {
    const { across, down, downFirst } = plan;
    const tables = tableBytes(across) + tableBytes(down);
    // For example a picture that is reduced a thousand times.
    if (tables > tableRoom) {
      plainPasses.resize(from, to, plan, result, offset);
      return;
    }
    // Copies all rows of the region at once, in full: a copy per row would cost more.
    const pixelBytes = (from.height - 1) * from.stride + 3 * from.width;
    const resultBytes = 3 * to.width * to.height;
    const source = tableRoom;
    const between = aligned(source + pixelBytes);
    const target = aligned(between + 3 * (downFirst ? from.width * to.height : to.width * from.height));
    const missing = aligned(target + resultBytes) - this.#bytes.length;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / pageBytes));
      this.#bytes = new Uint8Array(this.#memory.buffer);
    }
    if (this.#tablesEnd + tables > tableRoom) this.#forgetTables();
    this.#bytes.set(from.data.subarray(from.start, from.start + pixelBytes), source);
    if (down === undefined) this.#rows(across, source, from.stride, from.height, target, to.width);
    else if (across === undefined) this.#columns(down, source, from.stride, to.width, target, to.height);
    else if (downFirst) {
      this.#columns(down, source, from.stride, from.width, between, to.height);
      this.#rows(across, between, 3 * from.width, to.height, target, to.width);
    } else {
      this.#rows(across, source, from.stride, from.height, between, to.width);
      this.#columns(down, between, 3 * to.width, to.width, target, to.height);
    }
    result.set(this.#bytes.subarray(target, target + resultBytes), offset);
  }

  #rows(table: Resampling | undefined, from: number, stride: number, rows: number, to: number, width: number): void {
    const { starts, counts, weights, most } = this.#placed(table as Resampling);
    this.#run.alongRows(from, stride, rows, starts, counts, weights, most, to, width);
  }

  #columns(table: Resampling, from: number, stride: number, width: number, to: number, height: number): void {
    const { starts, counts, weights, most } = this.#placed(table);
    this.#run.alongColumns(from, stride, 3 * width, starts, counts, weights, most, to, height);
  }

  /** Stores starts, counts and weights, one after the other. */
  #placed(table: Resampling): PlacedTable {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    const { starts, counts, integers, most } = table;
    const at = this.#tablesEnd;
    const values = new Int32Array(this.#memory.buffer, at, 2 * starts.length + integers.length);
    values.set(starts);
    values.set(counts, starts.length);
    values.set(integers, 2 * starts.length);
    this.#tablesEnd += tableBytes(table);
    const placed = { starts: at, counts: at + 4 * starts.length, weights: at + 8 * starts.length, most };
    this.#tables.set(table, placed);
    return placed;
  }

  #forgetTables(): void {
    this.#tables.clear();
    this.#tablesEnd = 0;
  }
}

function aligned(end: number): number {
  return (end + slack + 15) & ~15;
}

function tableBytes(table: Resampling | undefined): number {
  return table === undefined ? 0 : 4 * (2 * table.starts.length + table.integers.length);
}
