import { openData } from '@kaleido/data/node';

export interface ReadingOptions {
  /** As `openData` takes it. */
  readonly path: string;
  /** Default: the first. */
  readonly split?: string;
  /** Ends after as many. Default: all. */
  readonly most?: number;
}

/** Times and memory of one reading of a split. */
export interface ReadingFigures {
  /** What the data was taken for. */
  readonly form: string;
  readonly products: number;
  readonly leftOut: number;
  /** Of all pictures. */
  readonly bytes: number;
  /** Until the data is open, fingerprint included; until the first product, opening included. */
  readonly openSeconds: number;
  readonly firstSeconds: number;
  /** Processor time of all threads until the first product: what it takes where nothing else runs. */
  readonly firstProcessorSeconds: number;
  /** From the end of opening to the last product. */
  readonly readSeconds: number;
  /** Processor time of all threads in that time: what it would take on one core. */
  readonly readProcessorSeconds: number;
  /** Resident bytes above those before opening, the most of all. */
  readonly memoryBytes: number;
}

/** Rows between two looks at the memory. */
const lookEvery = 1000;

/** Reads products as a training does: opens the data, then streams a split. */
export async function readProducts({
  path,
  split,
  most = Number.POSITIVE_INFINITY,
}: ReadingOptions): Promise<ReadingFigures> {
  const base = process.memoryUsage.rss();
  let peak = base;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  // Opening may read everything too.
  const looking = setInterval(look, 100);
  try {
    const begun = performance.now();
    const begunProcessor = process.cpuUsage();
    const source = await openData(path);
    const opened = performance.now();
    const processor = process.cpuUsage();
    let [products, leftOut, bytes, first] = [0, 0, 0, opened];
    let firstProcessor = process.cpuUsage(begunProcessor);
    const read = source.products(split ?? (source.splits[0] as string), { onSkipped: () => leftOut++ });
    for await (const { image } of read) {
      if (products++ === 0) {
        first = performance.now();
        firstProcessor = process.cpuUsage(begunProcessor);
      }
      bytes += image.bytes.length;
      if (products % lookEvery === 0) look();
      if (products >= most) break;
    }
    const ended = performance.now();
    const { user, system } = process.cpuUsage(processor);
    look();
    return {
      form: source.form,
      products,
      leftOut,
      bytes,
      openSeconds: (opened - begun) / 1000,
      firstSeconds: (first - begun) / 1000,
      firstProcessorSeconds: (firstProcessor.user + firstProcessor.system) / 1e6,
      readSeconds: (ended - opened) / 1000,
      readProcessorSeconds: (user + system) / 1e6,
      memoryBytes: peak - base,
    };
  } finally {
    clearInterval(looking);
  }
}
