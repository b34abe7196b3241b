export interface WebgpuAdapter {
  /** Vendor and architecture, and the device where known: `google swiftshader`. */
  readonly name: string;
  /** Whether the CPU emulates a GPU: correct, but many times slower than WebAssembly. */
  readonly software: boolean;
}

/** The adapter that WebGPU would use, or why there is none. */
export type WebgpuProbe = { readonly adapter: WebgpuAdapter } | { readonly missing: string };

/** The fields of a GPUAdapterInfo; browsers omit or empty those that could identify users. */
export interface AdapterInfo {
  readonly vendor?: string | undefined;
  readonly architecture?: string | undefined;
  readonly device?: string | undefined;
  readonly description?: string | undefined;
  readonly isFallbackAdapter?: boolean | undefined;
}

/** SwiftShader and the rasterisers of Mesa and Windows; not all of them report that they are a fallback. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|\bwarp\b|basic render/i;

export function describeAdapter(info: AdapterInfo): WebgpuAdapter {
  const { vendor, architecture, device, description, isFallbackAdapter } = info;
  const words = [vendor, architecture, device].filter(Boolean).join(' ');
  return {
    name: words || description || 'nameless adapter',
    software: isFallbackAdapter === true || softwareNames.test(`${words} ${description ?? ''}`),
  };
}

/** Milliseconds: a broken driver must not block a page. */
const patience = 10_000;

/** Asks `navigator.gpu`, without selecting it as a backend. */
export async function readAdapter(): Promise<WebgpuProbe> {
  const { gpu } = (globalThis.navigator ?? {}) as { gpu?: Gpu };
  if (gpu === undefined) return { missing: 'no navigator.gpu' };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, patience, null);
  });
  // The same request as TensorFlow.js'.
  const request = gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  const adapter = await Promise.race([request, tooLong]).finally(() => clearTimeout(timer));
  if (adapter === null) return { missing: 'no adapter' };
  // Engines from before 2024 have it on the adapter itself.
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
