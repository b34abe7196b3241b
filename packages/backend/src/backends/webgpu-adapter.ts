export interface WebgpuAdapter {
  /** Vendor and architecture, and the device where it says so: `google swiftshader`. */
  readonly name: string;
  /** Whether a processor stands in for a GPU: correct, and many times slower than WebAssembly. */
  readonly software: boolean;
}

/** The adapter that WebGPU would compute on here, or what stands in its way. */
export type WebgpuProbe = { readonly adapter: WebgpuAdapter } | { readonly missing: string };

/** What a GPUAdapterInfo says; browsers leave out, or empty, what could tell users apart. */
export interface AdapterInfo {
  readonly vendor?: string | undefined;
  readonly architecture?: string | undefined;
  readonly device?: string | undefined;
  readonly description?: string | undefined;
  readonly isFallbackAdapter?: boolean | undefined;
}

/** SwiftShader, Mesa's rasterisers and Windows' own; not all of them call themselves a fallback. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|\bwarp\b|basic render/i;

export function describeAdapter(info: AdapterInfo): WebgpuAdapter {
  const { vendor, architecture, device, description, isFallbackAdapter } = info;
  const words = [vendor, architecture, device].filter(Boolean).join(' ');
  return {
    name: words || description || 'nameless adapter',
    software: isFallbackAdapter === true || softwareNames.test(`${words} ${description ?? ''}`),
  };
}

/** Milliseconds: a broken driver must not keep a page from going on. */
const patience = 10_000;

/** Asks `navigator.gpu`, without making it what computes. */
export async function readAdapter(): Promise<WebgpuProbe> {
  const { gpu } = (globalThis.navigator ?? {}) as { gpu?: Gpu };
  if (gpu === undefined) return { missing: 'no navigator.gpu' };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, patience, null);
  });
  // As TensorFlow.js asks.
  const request = gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  const adapter = await Promise.race([request, tooLong]).finally(() => clearTimeout(timer));
  if (adapter === null) return { missing: 'no adapter' };
  // Engines of before 2024 say it of the adapter itself.
  const {
    vendor,
    architecture,
    device,
    description,
    isFallbackAdapter = adapter.isFallbackAdapter,
  } = adapter.info ?? {};
  return { adapter: describeAdapter({ vendor, architecture, device, description, isFallbackAdapter }) };
}

interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<{
    readonly info?: AdapterInfo;
    readonly isFallbackAdapter?: boolean;
  } | null>;
}
