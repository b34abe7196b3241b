import type { TensorInfo } from '@tensorflow/tfjs-core';
import { precision } from '../precision.ts';
import { geluFunctions } from './shader-parts.ts';
import { u32, type WebgpuKernels } from './webgpu-kernels.ts';

/** The layout of a batch of matrices: a matrix starts at `outer * (batch / inner) + step * (batch % inner)`. */
export interface Layout {
  readonly tensor: TensorInfo;
  /** The distance between two rows; 1 where they are adjacent. */
  readonly row: number;
  readonly column: number;
  readonly outer?: number;
  readonly step?: number;
}

export interface Product {
  readonly rows: number;
  readonly columns: number;
  /** The number of products summed for each element. */
  readonly depth: number;
  /** [rows, depth] */
  readonly a: Layout;
  /** [depth, columns] */
  readonly b: Layout;
  /** [rows, columns] */
  readonly c: Layout;
  readonly batch?: number;
  /** Matrices of the batch between two steps of `outer`: the heads of a sequence. */
  readonly inner?: number;
  /** [columns] */
  readonly bias?: TensorInfo;
  /** The factor of the sums. */
  readonly scale?: number;
  /** Receives the sums, in the layout of `c`, which then receives their GELU. */
  readonly sums?: TensorInfo;
}

/** The least length of a slice of the depth: for shorter ones, adding the parts costs more than it saves. */
const shortestSlice = 512;
/** With fewer workgroups a large GPU idles: the depth is split further. */
const enoughWorkgroups = 264;

/**
 * `c = scale * a . b + bias` for a batch of matrices in any layout, accumulated in float32; in mixed precision the
 * factors are rounded to half precision first.
 */
export function multiply(kernels: WebgpuKernels, product: Product): void {
  const { rows, columns, depth, batch = 1, c, bias, scale = 1, sums } = product;
  if (depth === 0 && bias === undefined) {
    kernels.clear(c.tensor);
    return;
  }
  const tiles = (side: number): number => Math.ceil(rows / side) * Math.ceil(columns / side) * batch;
  // Large tiles read less; small tiles fill more of the GPU, and waste less on a small matrix.
  const side = Math.min(rows, columns) > 64 && tiles(128) >= enoughWorkgroups / 2 ? 128 : 64;
  const slices =
    batch === 1 && c.column === 1 && c.row === columns
      ? Math.max(1, Math.min(Math.floor(depth / shortestSlice), Math.floor(enoughWorkgroups / tiles(side))))
      : 1;
  const whole = rows * columns;
  if (slices === 1) {
    dispatchTiles(kernels, product, side, 1, c);
    return;
  }
  const tensor = kernels.make({ shape: [slices, rows, columns] });
  const { bias: _, sums: __, ...bare } = product;
  dispatchTiles(kernels, { ...bare, scale: 1 }, side, slices, { ...c, tensor });
  const parts: [string, TensorInfo][] = [['parts', tensor]];
  if (bias !== undefined) parts.push(['bias', bias]);
  kernels.dispatch({
    key: `add slices ${bias !== undefined} ${sums !== undefined}`,
    inputs: parts,
    outputs: [['c', c.tensor], ...(sums === undefined ? [] : [['sums', sums] as const])],
    settings: { whole: u32(whole), slices: u32(slices), columns: u32(columns), scale: { f32: scale } },
    workgroups: [Math.min(65_535, Math.ceil(whole / 256))],
    source: () => `${sums === undefined ? '' : geluFunctions}
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < settings.whole; i += groups.x * 256u) {
    var sum = 0.0;
    for (var s = 0u; s < settings.slices; s++) { sum += parts[s * settings.whole + i]; }
    let value = sum * settings.scale${bias === undefined ? '' : ' + bias[i % settings.columns]'};
    ${sums === undefined ? 'c[i] = value;' : 'sums[i] = value; c[i] = gelu(value);'}
  }
}`,
  });
  kernels.discard(tensor);
}

function dispatchTiles(kernels: WebgpuKernels, product: Product, side: number, slices: number, c: Layout): void {
  const { rows, columns, depth, a, b, batch = 1, inner = 1, bias, scale = 1, sums } = product;
  const sides = [
    { name: 'a', ...a, along: a.column === 1 ? 'depth' : 'side', length: rows },
    { name: 'b', ...b, along: b.row === 1 && b.column !== 1 ? 'depth' : 'side', length: columns },
  ] as const;
  const vectors = sides.map((factor) => mayReadVectors(factor, depth, factor.length));
  const vectorsOut = c.column === 1 && [c.row, c.outer ?? 0, c.step ?? 0, columns].every((n) => n % 4 === 0);
  const inputs: [string, TensorInfo, string?][] = sides.map(({ name, tensor }, index) => [
    name,
    tensor,
    vectors[index] ? 'vec4f' : 'f32',
  ]);
  if (bias !== undefined) inputs.push(['bias', bias]);
  const sliceDepth = Math.ceil(depth / slices / depthOfTile) * depthOfTile;
  const layout = (name: string, { row, column, outer = 0, step = 0 }: Layout) => ({
    [`${name}_row`]: u32(row),
    [`${name}_column`]: u32(column),
    [`${name}_outer`]: u32(outer),
    [`${name}_step`]: u32(step),
  });
  const tilesDown = Math.ceil(rows / side);
  const tilesAcross = Math.ceil(columns / side);
  const factors: Factors = precision() === 'float32' ? 'float32' : kernels.hasHalves ? 'halves' : 'rounded';
  kernels.dispatch({
    key: `product ${factors} ${side} ${sides.map(({ along }, i) => `${along}${vectors[i]}`)} ${vectorsOut} ${bias !== undefined} ${sums !== undefined}`,
    inputs,
    outputs: [['c', c.tensor], ...(sums === undefined ? [] : [['sums', sums] as const])].map(
      ([name, tensor]) => [name as string, tensor as TensorInfo, vectorsOut ? 'vec4f' : 'f32'] as const,
    ),
    settings: {
      rows: u32(rows),
      columns: u32(columns),
      depth: u32(depth),
      slice: u32(sliceDepth),
      slices: u32(slices),
      inner: u32(inner),
      ...layout('a', a),
      ...layout('b', b),
      ...layout('c', c),
      scale: { f32: scale },
    },
    workgroups: [tilesAcross, tilesDown, batch * slices],
    halves: factors === 'halves',
    source: () => productSource(side, sides, vectors, vectorsOut, bias !== undefined, factors, sums !== undefined),
  });
}

/** Steps of the depth that a tile holds at once: 2 x 128 x 16 floats are 16 kB, which every device has. */
const depthOfTile = 16;

function mayReadVectors(
  { row, column, outer = 0, step = 0, along, name }: Layout & { along: string; name: string },
  depth: number,
  length: number,
): boolean {
  const contiguous = along === 'depth' ? depth : length;
  const other = (name === 'a') === (along === 'depth') ? row : column;
  return [contiguous, other, outer, step].every((n) => n % 4 === 0);
}

/** How a tile holds its numbers; `rounded` holds halves in floats, for a device without halves. */
type Factors = 'float32' | 'halves' | 'rounded';

/**
 * WGSL: four numbers as halves. Values that are too large become the largest half, so that a steep gradient is not
 * infinite; NaN stays NaN, so that it is found.
 */
const toHalves = (factors: Factors): string => {
  if (factors === 'float32') return '';
  const bounded = 'clamp(v, vec4f(-65504.0), vec4f(65504.0))';
  const [type, result] =
    factors === 'halves'
      ? ['vec4<f16>', `vec4<f16>(select(${bounded}, v, odd))`]
      : ['vec4f', `select(quantizeToF16(${bounded}), v, odd)`];
  return `
fn half(v: vec4f) -> ${type} {
  let odd = (bitcast<vec4u>(v) & vec4u(0x7fffffffu)) >= vec4u(0x7f800000u);
  return ${result};
}`;
};

interface Side {
  readonly name: 'a' | 'b';
  /** The direction in which elements are adjacent in memory. */
  readonly along: 'depth' | 'side';
}

/**
 * 256 threads compute a square tile. Each holds two (or one) by two blocks of 4 x 4 sums. The tiles of both factors are
 * in workgroup memory, depth by depth, so that neighbouring threads read adjacent vectors.
 */
function productSource(
  side: number,
  sides: readonly Side[],
  vectors: readonly boolean[],
  vectorsOut: boolean,
  bias: boolean,
  factors: Factors,
  withGelu: boolean,
): string {
  const [scalar, vector] = factors === 'halves' ? ['f16', 'vec4<f16>'] : ['f32', 'vec4f'];
  const blocks = side / 64;
  const each = Array.from({ length: blocks }, (_, block) => block);
  const rowsOf = Array.from({ length: 4 * blocks }, (_, row) => row);
  const quarter = side / 4;
  const loads = (side * depthOfTile) / 4 / 256;
  const load = ({ name, along }: Side, isVector: boolean): string => {
    const [row, column] = name === 'a' ? ['rows', 'depth'] : ['depth', 'columns'];
    const sideLength = name === 'a' ? row : column;
    const base = `base_${name}`;
    const at = (sidePlace: string, depthPlace: string): string =>
      name === 'a'
        ? `${base} + (${sidePlace}) * settings.a_row + (${depthPlace}) * settings.a_column`
        : `${base} + (${depthPlace}) * settings.b_row + (${sidePlace}) * settings.b_column`;
    const begin = name === 'a' ? 'tile_row' : 'tile_column';
    const lines: string[] = [];
    for (let i = 0; i < loads; i++) {
      const piece = `(thread + ${256 * i}u)`;
      if (along === 'depth') {
        // Four neighbours along the depth of one row go to four rows of the tile.
        lines.push(
          `{ let s = ${piece} / 4u; let d = from_depth + (${piece} % 4u) * 4u; let p = ${begin} + s;`,
          `next_${name}${i} = vec4f(0.0);`,
          isVector
            ? `if (p < settings.${sideLength} && d < to_depth) { next_${name}${i} = ${name}[(${at('p', 'd')}) / 4u]; } }`
            : `if (p < settings.${sideLength}) {
  if (d < to_depth) { next_${name}${i}.x = ${name}[${at('p', 'd')}]; }
  if (d + 1u < to_depth) { next_${name}${i}.y = ${name}[${at('p', 'd + 1u')}]; }
  if (d + 2u < to_depth) { next_${name}${i}.z = ${name}[${at('p', 'd + 2u')}]; }
  if (d + 3u < to_depth) { next_${name}${i}.w = ${name}[${at('p', 'd + 3u')}]; } } }`,
        );
      } else {
        lines.push(
          `{ let d = from_depth + ${piece} / ${quarter}u; let p = ${begin} + (${piece} % ${quarter}u) * 4u;`,
          `next_${name}${i} = vec4f(0.0);`,
          isVector
            ? `if (p < settings.${sideLength} && d < to_depth) { next_${name}${i} = ${name}[(${at('p', 'd')}) / 4u]; } }`
            : `if (d < to_depth) {
  if (p < settings.${sideLength}) { next_${name}${i}.x = ${name}[${at('p', 'd')}]; }
  if (p + 1u < settings.${sideLength}) { next_${name}${i}.y = ${name}[${at('p + 1u', 'd')}]; }
  if (p + 2u < settings.${sideLength}) { next_${name}${i}.z = ${name}[${at('p + 2u', 'd')}]; }
  if (p + 3u < settings.${sideLength}) { next_${name}${i}.w = ${name}[${at('p + 3u', 'd')}]; } } }`,
        );
      }
    }
    return lines.join('\n');
  };
  const store = ({ name, along }: Side): string =>
    Array.from({ length: loads }, (_, i) => {
      const piece = `(thread + ${256 * i}u)`;
      const value = factors === 'float32' ? `next_${name}${i}` : `half(next_${name}${i})`;
      if (along === 'side') return `tile_${name}[${piece}] = ${value};`;
      // As floats, since several threads write into one vector.
      const parts = ['x', 'y', 'z', 'w'].map(
        (part, c) => `tile_${name}[((${piece} % 4u) * 4u + ${c}u) * ${side}u + ${piece} / 4u] = value.${part};`,
      );
      return `{ let value = ${value};\n${parts.join('\n')} }`;
    }).join('\n');
  // A tile whose rows are written one float at a time is an array of floats, the other one of vectors.
  const tile = ({ name, along }: Side): string =>
    along === 'side'
      ? `var<workgroup> tile_${name}: array<${vector}, ${(side * depthOfTile) / 4}>;`
      : `var<workgroup> tile_${name}: array<${scalar}, ${side * depthOfTile}>;`;
  const read = ({ name, along }: Side, block: number, thread: string): string =>
    along === 'side'
      ? `vec4f(tile_${name}[k * ${quarter}u + ${thread} + ${16 * block}u])`
      : (() => {
          const start = `k * ${side}u + ${thread} * 4u + ${64 * block}u`;
          return `vec4f(${vector}(tile_${name}[${start}], tile_${name}[${start} + 1u], tile_${name}[${start} + 2u], tile_${name}[${start} + 3u]))`;
        })();
  const [sideA, sideB] = sides as [Side, Side];
  const [vectorA, vectorB] = vectors as [boolean, boolean];
  const part = ['x', 'y', 'z', 'w'];
  const nextNames = (name: string): string =>
    Array.from({ length: loads }, (_, i) => `var next_${name}${i}: vec4f;`).join(' ');
  // The statements that store a value; with GELU they store the sum too.
  const stored = (place: string, value: string, four: boolean): string => {
    if (!withGelu) return `c[${place}] = ${value};`;
    const each = four ? `vec4f(${part.map((name) => `gelu(whole.${name})`)})` : 'gelu(whole)';
    return `{ let whole = ${value}; sums[${place}] = whole; c[${place}] = ${each}; }`;
  };
  return `${toHalves(factors)}${withGelu ? geluFunctions : ''}
${tile(sideA)}
${tile(sideB)}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let matrix = group.z / settings.slices;
  let slice = group.z % settings.slices;
  let outer = matrix / settings.inner;
  let step = matrix % settings.inner;
  let base_a = outer * settings.a_outer + step * settings.a_step;
  let base_b = outer * settings.b_outer + step * settings.b_step;
  let base_c = outer * settings.c_outer + step * settings.c_step + slice * settings.rows * settings.columns;
  let tile_row = group.y * ${side}u;
  let tile_column = group.x * ${side}u;
  let down = thread / 16u;
  let across = thread % 16u;
  let to_depth = min(settings.depth, (slice + 1u) * settings.slice);
  var from_depth = slice * settings.slice;
  ${nextNames('a')} ${nextNames('b')}
  ${rowsOf.map((row) => each.map((block) => `var sum_${row}_${block} = vec4f(0.0);`).join(' ')).join('\n  ')}
  ${load(sideA, vectorA)}
  ${load(sideB, vectorB)}
  loop {
    if (from_depth >= to_depth) { break; }
    ${store(sideA)}
    ${store(sideB)}
    workgroupBarrier();
    from_depth += ${depthOfTile}u;
    ${load(sideA, vectorA)}
    ${load(sideB, vectorB)}
    for (var k = 0u; k < ${depthOfTile}u; k++) {
      ${each.map((block) => `let a_${block} = ${read(sideA, block, 'down')};`).join('\n      ')}
      ${each.map((block) => `let b_${block} = ${read(sideB, block, 'across')};`).join('\n      ')}
      ${rowsOf
        .map((row) =>
          each
            .map(
              (block) =>
                `sum_${row}_${block} = fma(vec4f(a_${Math.floor(row / 4)}.${part[row % 4]}), b_${block}, sum_${row}_${block});`,
            )
            .join(' '),
        )
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  ${rowsOf
    .map((row) => {
      const place = `tile_row + down * 4u + ${64 * Math.floor(row / 4) + (row % 4)}u`;
      return each
        .map((block) => {
          const column = `column_${row}_${block}`;
          const value = `value_${row}_${block}`;
          const start = `base_c + (${place}) * settings.c_row + ${column} * settings.c_column`;
          const plus = (c: number): string => (bias ? ` + bias[${column} + ${c}u]` : '');
          const scaled = `let ${value} = sum_${row}_${block} * settings.scale;`;
          const declare = `let ${column} = tile_column + across * 4u + ${64 * block}u; ${scaled}`;
          if (vectorsOut) {
            const added = bias
              ? ` + vec4f(bias[${column}], bias[${column} + 1u], bias[${column} + 2u], bias[${column} + 3u])`
              : '';
            return `if (${place} < settings.rows) { ${declare} if (${column} < settings.columns) { ${stored(`(${start}) / 4u`, `${value}${added}`, true)} } }`;
          }
          const writes = part
            .map(
              (name, c) =>
                `if (${column} + ${c}u < settings.columns) { ${stored(`${start} + ${c}u * settings.c_column`, `${value}.${name}${plus(c)}`, false)} }`,
            )
            .join(' ');
          return `if (${place} < settings.rows) { ${declare} ${writes} }`;
        })
        .join('\n  ');
    })
    .join('\n  ')}
}`;
}
