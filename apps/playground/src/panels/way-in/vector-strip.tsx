import { HeatCanvas, heatBetween } from '../../parts/heat-canvas.tsx';
import { firstOf } from './numbers.ts';

/** A vector as a strip, a bar for each number, and its first numbers. */
export function VectorStrip({ vector }: { readonly vector: Float32Array | undefined }) {
  return (
    <div class="way-in-strip">
      <HeatCanvas values={vector} rows={1} columns={vector?.length ?? 1} heat={heatBetween(vector ?? [0])} />
      <p class="number soft">{vector === undefined || vector.length === 0 ? ' ' : `${firstOf(vector, 6)}  …`}</p>
    </div>
  );
}
