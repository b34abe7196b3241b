import { platform } from '#platform';

const probe = await platform.probeWebgpu();

/** Why the tests that need a WebGPU adapter are skipped; undefined if there is one, software or not. */
export const webgpuMissing: string | undefined = 'missing' in probe ? `no WebGPU: ${probe.missing}` : undefined;
