import { KaleidoError } from '@kaleido/foundation';
import type { NativeOptions, OpenedNative } from './native-options.ts';

/** What stands for `openNative` where there is no Node. */
export function openNative(_: NativeOptions): Promise<OpenedNative> {
  throw new KaleidoError({
    source: 'backend',
    problem: 'TensorFlow is to be had in Node alone',
    advice: 'take webgpu or wasm',
  });
}
