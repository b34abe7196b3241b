/** What this browser runs on, as far as it tells. */
export interface Machine {
  readonly browser: string;
  readonly cores: number | undefined;
  /** In GB, rounded by the browser to protect its user; few browsers tell it. */
  readonly memory: number | undefined;
  /** Whether WebAssembly computes four numbers at once. */
  readonly simd: boolean;
  /** The graphics adapter of WebGPU, or why there is none. */
  readonly adapter: string;
}

/** A module of one function that has a vector instruction: `v128.const`, `drop`. */
const simdModule = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // One type: nothing to nothing. One function of it.
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[10, 23, 1, 21, 0, 0xfd, 12, ...new Array<number>(16).fill(0), 0x1a, 11],
]);

/** The part of WebGPU that is asked here; TypeScript's libraries do not know it yet. */
interface GraphicsProcessors {
  requestAdapter(): Promise<{
    readonly info?: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
  } | null>;
}

/** Asks the browser. */
export async function readMachine(): Promise<Machine> {
  const own = navigator as Navigator & { readonly gpu?: GraphicsProcessors; readonly deviceMemory?: number };
  return {
    browser: browserName(own.userAgent),
    cores: own.hardwareConcurrency,
    memory: own.deviceMemory,
    simd: WebAssembly.validate(simdModule),
    adapter: await adapterName(own.gpu),
  };
}

async function adapterName(gpu: GraphicsProcessors | undefined): Promise<string> {
  if (gpu === undefined) return 'this browser has no WebGPU';
  try {
    const adapter = await gpu.requestAdapter();
    if (adapter === null) return 'this browser has WebGPU, but no adapter for it';
    const { vendor = '', architecture = '', device = '', description = '' } = adapter.info ?? {};
    const words = description === '' ? [vendor, architecture, device] : [description];
    return words.filter((word) => word !== '').join(' ') || 'an adapter without a name';
  } catch {
    return 'the browser does not tell';
  }
}

const browsers: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Edge', /\bEdg\/(\d+)/],
  ['Firefox', /\bFirefox\/(\d+)/],
  ['Chrome', /\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+).*\bSafari\//],
];

/** Name and version; all that comes with them is left out. */
export function browserName(userAgent: string): string {
  for (const [name, pattern] of browsers) {
    const [, version] = pattern.exec(userAgent) ?? [];
    if (version !== undefined) return `${name} ${version}`;
  }
  return 'a browser without a known name';
}
