import { useLayoutEffect, useRef } from 'preact/hooks';
import type { FeaturePart } from '../../engine/feature-parts.ts';
import { pixelsOf } from './feature-values.ts';

interface PixelPictureProps {
  /** [F] */
  readonly vector: Float32Array;
  readonly part: Extract<FeaturePart, { readonly kind: 'pixels' }>;
}

/** The small picture that the first numbers of a vector are. */
export function PixelPicture({ vector, part }: PixelPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { size } = part;
  useLayoutEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(pixelsOf(vector, part), size, size), 0, 0);
  }, [vector.buffer, vector.byteOffset, part]);
  return <canvas ref={canvas} class="way-in-pixels" width={size} height={size} />;
}
