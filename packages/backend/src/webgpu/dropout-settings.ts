import type { HashMask } from '../operations/hash-mask.ts';
import { f32, type Setting, u32 } from './webgpu-kernels.ts';

/** The settings that `dropoutFactor` reads; none without a mask. */
export function dropoutSettings(mask: HashMask | undefined): Readonly<Record<string, Setting>> {
  if (mask === undefined) return {};
  return {
    threshold: u32(mask.threshold),
    first_key: u32(mask.firstKey >>> 0),
    second_key: u32(mask.secondKey >>> 0),
    kept_scale: f32(mask.scale),
  };
}
