import type { TogetherRead } from '@kaleido/insight';
import { engine } from '../../engine/engine.ts';
import { HeatCanvas } from '../../parts/heat-canvas.tsx';
import { numberSetting } from '../../state/place.ts';
import { largest } from './numbers.ts';
import type { PartId } from './parts-of-the-way.ts';
import { sequenceLength } from './positions.ts';

interface LayersPartsProps {
  readonly read: TogetherRead | undefined;
  readonly isPartOpen: boolean;
  readonly open: (id: PartId, settings: Readonly<Record<string, string>>) => void;
  readonly close: () => void;
}

/** A group for each layer with its heads; a head is a small map of who looks at whom. */
export function LayersParts({ read, isPartOpen, open, close }: LayersPartsProps) {
  const state = engine.value;
  const { layers, heads } = state.kind === 'ready' ? state.report.model : { layers: 2, heads: 4 };
  const chosen = chosenHead(layers, heads);
  return (
    <>
      {Array.from({ length: layers }, (_, layer) => (
        <fieldset key={layer} class="way-in-layer" data-flow={`layer-${layer}`}>
          <legend>Layer {layer + 1}</legend>
          {Array.from({ length: heads }, (_, head) => {
            const isOpen = isPartOpen && chosen.layer === layer && chosen.head === head;
            return (
              <button
                key={head}
                type="button"
                class="way-in-part way-in-head"
                aria-label={`Layer ${layer + 1}, head ${head + 1}`}
                aria-expanded={isOpen}
                aria-controls={isOpen ? 'way-in-opened' : undefined}
                onClick={() =>
                  isOpen ? close() : open('attention', { layer: String(layer + 1), head: String(head + 1) })
                }
              >
                <AttentionMap read={read} layer={layer} head={head} />
                <span class="way-in-fact">head {head + 1}</span>
              </button>
            );
          })}
        </fieldset>
      ))}
    </>
  );
}

/** Which layer and head the address names, from 0. */
export function chosenHead(layers: number, heads: number): { readonly layer: number; readonly head: number } {
  return {
    layer: numberSetting('layer', { least: 1, most: layers, otherwise: 1 }) - 1,
    head: numberSetting('head', { least: 1, most: heads, otherwise: 1 }) - 1,
  };
}

interface AttentionMapProps {
  readonly read: TogetherRead | undefined;
  readonly layer: number;
  readonly head: number;
}

/** The attention of one head, [S, S]: the darker, the more. */
function AttentionMap({ read, layer, head }: AttentionMapProps) {
  const values = read === undefined ? undefined : attentionOf(read, layer, head);
  const S = sequenceLength(read?.caption.pieces.length ?? 0);
  const most = values === undefined ? 1 : largest(values).value;
  // The square root shows the many small values beside the few large ones.
  return <HeatCanvas values={values} rows={S} columns={S} heat={(value) => Math.sqrt(value / most)} />;
}

const sliced = new WeakMap<Float32Array, Map<number, Float32Array>>();

/** [S, S] of one head; the same array each time, so that it is drawn once. */
export function attentionOf(read: TogetherRead, layer: number, head: number): Float32Array | undefined {
  const all = read.attentions[layer];
  if (all === undefined || head >= read.heads) return undefined;
  const size = sequenceLength(read.caption.pieces.length) ** 2;
  const slices = sliced.get(all) ?? new Map<number, Float32Array>();
  sliced.set(all, slices);
  const slice = slices.get(head) ?? all.subarray(head * size, (head + 1) * size);
  slices.set(head, slice);
  return slice;
}
