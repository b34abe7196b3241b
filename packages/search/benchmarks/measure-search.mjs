// Searches 100,000 vectors on one core: milliseconds a query, float32 and int8, beside a loop in plain JavaScript, and
// how many of the exact best ten int8 finds. Vectors of 2,000 clusters, as a catalogue has many similar products.
// A time is the least of all queries, in brackets their median and the processor time of the mean one.
//   node packages/search/benchmarks/measure-search.mjs [width ...]    (after a build)
import { VectorTable } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { toBytes } from '../dist/quantise.js';
import { scan } from '../dist/scan.js';

const rows = 100_000;
const clusters = 2000;
const segmentRows = 4096;
const widths = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [64, 128, 256, 768];

function unit(centre, spread, random) {
  // Of the same deviation as a normal draw, and faster to draw.
  const vector = centre.map((value) => value + spread * Math.sqrt(12) * (random.uniform() - 0.5));
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

async function indexOf(values, width, stored) {
  const segments = [];
  const starts = [];
  for (let start = 0; start < rows; start += segmentRows) {
    const count = Math.min(segmentRows, rows - start);
    const part = values.subarray(start * width, (start + count) * width);
    starts.push(start);
    segments.push({
      products: Array.from({ length: count }, (_, row) => ({ id: String(start + row) })),
      table: await VectorTable.open({ rows: count, width, ...stored(part) }),
    });
  }
  return { segments, starts, rows, alive: new Uint8Array(rows).fill(1) };
}

function plainLoop(values, query, scores) {
  const width = query.length;
  for (let row = 0, at = 0; row < scores.length; row++, at += width) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < width; i += 4) {
      a += values[at + i] * query[i];
      b += values[at + i + 1] * query[i + 1];
      c += values[at + i + 2] * query[i + 2];
      d += values[at + i + 3] * query[i + 3];
    }
    scores[row] = a + b + c + d;
  }
}

/**
 * Least, median and mean processor milliseconds. Other work on the machine adds to the first two; it adds to the third
 * only as far as it takes the processor's cache.
 */
function timed(queries, run) {
  for (const query of queries.slice(0, 3)) run(query);
  const before = process.cpuUsage();
  const times = queries
    .map((query) => {
      const start = performance.now();
      run(query);
      return performance.now() - start;
    })
    .sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(before);
  const processor = (user + system) / 1000 / times.length;
  return `${times[0].toFixed(1)} (${times[times.length >> 1].toFixed(1)}; ${processor.toFixed(1)})`;
}

for (const width of widths) {
  const random = randomStream(1, 'search', width);
  const centres = Array.from({ length: clusters }, () => Float32Array.from({ length: width }, () => random.normal()));
  const values = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) values.set(unit(centres[row % clusters], 0.5, random), row * width);
  const queries = Array.from({ length: 50 }, (_, place) => unit(centres[7 * place], 0.5, random));
  const find = (index) => (vector) => scan(index, [{ vector, k: 10, allowed: index.alive }])[0];
  const exact = await indexOf(values, width, (part) => ({ values: part }));
  const bytes = await indexOf(values, width, (part) => toBytes(part, width));
  const inBytes = queries.map(find(bytes));
  const found = queries.map(find(exact)).map((best, place) => {
    const same = new Set(inBytes[place].map(({ row }) => row));
    return best.filter(({ row }) => same.has(row)).length;
  });
  const scores = new Float32Array(rows);
  const start = performance.now();
  scan(
    exact,
    queries.map((vector) => ({ vector, k: 10, allowed: exact.alive })),
  );
  const batch = (performance.now() - start) / queries.length;
  console.log(
    JSON.stringify({
      width,
      float32: timed(queries, find(exact)),
      float32Batch: batch.toFixed(1),
      int8: timed(queries, find(bytes)),
      int8Recall: (found.reduce((sum, count) => sum + count, 0) / (10 * queries.length)).toFixed(3),
      plain: timed(queries.slice(0, 10), (query) => plainLoop(values, query, scores)),
    }),
  );
}
