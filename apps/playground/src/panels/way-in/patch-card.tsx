import { patchSlots } from '@kaleido/layout';
import { engine } from '../../engine/engine.ts';
import type { FeaturePart } from '../../engine/feature-parts.ts';
import { coloursOf, edgesOf } from './feature-values.ts';
import { firstOf, percent } from './numbers.ts';
import { PixelPicture } from './pixel-picture.tsx';
import { nameOfPatch, placeOfPatch } from './positions.ts';
import type { WayInAnswers } from './use-way-in.ts';
import { VectorStrip } from './vector-strip.tsx';

/** A patch taken apart: where it lies, the numbers that describe it, and what the model makes of them. */
export function PatchCard({ patch, answers }: { readonly patch: number; readonly answers: WayInAnswers }) {
  const { seen, read } = answers;
  const state = engine.value;
  const features = state.kind === 'ready' ? state.report.model.features : [];
  const place = placeOfPatch(patch);
  const box = seen?.patches[patch];
  const slot = patchSlots[patch] ?? 0;
  const F = seen?.featureWidth ?? 0;
  const vector = seen?.slots.subarray(slot * F, (slot + 1) * F);
  const at = ((read?.caption.pieces.length ?? 0) + patch) * (read?.width ?? 0);
  const embedding = read?.embeddings.subarray(at, at + read.width);
  return (
    <div class="way-in-card">
      <h3>{place === undefined ? '' : capital(nameOfPatch(place))}</h3>
      <p class="number soft">
        {box === undefined
          ? ' '
          : `x ${box.x0} to ${box.x1}, y ${box.y0} to ${box.y1}: ${box.x1 - box.x0} × ${box.y1 - box.y0} pixels`}
      </p>
      <p class="way-in-step">The vector that describes it{F === 0 ? '' : `, ${F} numbers`}:</p>
      <ul class="way-in-features">
        {features.map((part) => (
          <li key={part.start}>
            <span class="way-in-feature-picture">
              {vector !== undefined && <FeaturePicture part={part} vector={vector} />}
            </span>
            <span class="way-in-feature-name">{nameOfPart(part)}</span>
            <span class="number soft">
              {vector === undefined ? ' ' : `${firstOf(vector.subarray(part.start, part.start + part.width), 3)} …`}
            </span>
          </li>
        ))}
      </ul>
      <p class="way-in-step">
        What the model makes of it{read === undefined ? '' : `, ${read.width} numbers`}: a learned sum of all these, and
        of where the patch lies.
      </p>
      <VectorStrip vector={embedding} />
    </div>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function nameOfPart(part: FeaturePart): string {
  switch (part.kind) {
    case 'pixels':
      return `${part.width} for its pixels, ${part.size} × ${part.size}`;
    case 'colours':
      return `${part.width} for its colours`;
    case 'edges':
      return `${part.width} for its edges`;
    case 'network':
      return `${part.width} by ${part.name}`;
    default:
      return part satisfies never;
  }
}

function FeaturePicture({ part, vector }: { readonly part: FeaturePart; readonly vector: Float32Array }) {
  switch (part.kind) {
    case 'pixels':
      return <PixelPicture vector={vector} part={part} />;
    case 'colours': {
      const colours = coloursOf(vector, part).slice(0, 6);
      return (
        <span class="way-in-swatches">
          {colours.map(({ red, green, blue, share }) => (
            <span
              key={`${red} ${green} ${blue}`}
              title={percent(share)}
              style={{ flexGrow: share, background: `rgb(${red} ${green} ${blue})` }}
            />
          ))}
        </span>
      );
    }
    case 'edges':
      return (
        <svg class="way-in-edges" viewBox={`0 0 ${part.cells} ${part.cells}`} aria-hidden="true">
          {edgesOf(vector, part).map(({ x1, y1, x2, y2, strength }) => (
            <line key={`${x1} ${y1} ${x2}`} x1={x1} y1={y1} x2={x2} y2={y2} stroke-opacity={0.35 + 0.65 * strength} />
          ))}
        </svg>
      );
    case 'network':
      return null;
    default:
      return part satisfies never;
  }
}
