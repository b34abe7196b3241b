// What this package uses of its optional peers, which need not be installed to build it.
declare module '@tensorflow/tfjs-backend-webgpu' {
  export const WebGPUBackend: unknown;
}

declare module 'webgpu' {
  export const globals: Record<string, unknown>;
  export function create(options: readonly string[]): { requestAdapter(): Promise<unknown> };
}
