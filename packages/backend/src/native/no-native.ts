import { KaleidoError } from '@kaleido/foundation';
import type { NativeOptions, OpenedNative } from './open-native.ts';

/** Replaces `openNative` where there is no Node. */
export function openNative(_: NativeOptions): Promise<OpenedNative> {
  throw new KaleidoError({
    source: 'backend',
    problem: 'TensorFlow works in Node only',
    advice: 'use webgpu or wasm',
  });
}
