import { type Level, levels } from '@kaleido/layout';
import type { Seen } from '../../engine/engine-api.ts';
import { Notice } from '../../parts/notice.tsx';
import { finePercent } from '../../parts/percent.ts';
import { setSettings } from '../../state/place.ts';
import type { Product } from '../../state/product.ts';
import { attentionToPatches, levelHeat } from './level-heat.ts';
import type { WrittenWord } from './written-words.ts';

export interface LookedAtProps {
  readonly product: Product;
  /** Undefined until the model has looked at the photograph. */
  readonly seen: Pick<Seen, 'width' | 'height' | 'patches'> | undefined;
  /** Why it could not. */
  readonly problem: string | undefined;
  readonly level: Level;
  /** The word that is looked into. */
  readonly word: WrittenWord | undefined;
  /** Whether words of the caption can be looked into. */
  readonly isKnown: boolean;
  /** Whether the model writes captions at all. */
  readonly writes: boolean;
}

/** The photograph, and on it what the model looked at while it wrote a word. */
export function LookedAt({ product, seen, problem, level, word, isKnown, writes }: LookedAtProps) {
  const shown = seen?.patches.slice(level.start, level.start + level.patches) ?? [];
  const heat = word?.attention === undefined ? undefined : levelHeat(word.attention, level);
  return (
    <section class="read-photograph" aria-labelledby="read-photograph-title">
      <h2 id="read-photograph-title" class="visually-hidden">
        What a word looked at
      </h2>
      <div class={heat === undefined ? 'read-frame' : 'read-frame read-frame-lit'}>
        <img src={product.address} alt={product.ownCaption === '' ? 'Your photograph' : product.ownCaption} />
        {seen !== undefined && (
          <svg viewBox={`0 0 ${seen.width} ${seen.height}`} aria-hidden="true">
            {heat !== undefined && <rect class="read-veil" width={seen.width} height={seen.height} />}
            {shown.map(({ x0, y0, x1, y1 }, index) => (
              <rect
                key={`${x0} ${y0}`}
                class="read-patch"
                style={{
                  fill:
                    heat === undefined ? 'none' : `rgba(var(--heat), ${(0.75 * (heat.heat[index] ?? 0)).toFixed(3)})`,
                  stroke: `var(--level-${level.scale})`,
                }}
                x={x0}
                y={y0}
                width={x1 - x0}
                height={y1 - y0}
                vector-effect="non-scaling-stroke"
              />
            ))}
          </svg>
        )}
      </div>
      <fieldset class="read-levels">
        <legend class="small">Level of patches</legend>
        {levels.map(({ scale, patches }) => (
          <button
            key={scale}
            type="button"
            aria-pressed={scale === level.scale}
            aria-label={`${scale} × ${scale}: level ${scale}, ${patches} ${patches === 1 ? 'patch' : 'patches'}`}
            style={{ '--own': `var(--level-${scale})` }}
            onClick={() => setSettings({ level: String(scale) })}
          >
            {scale} × {scale}
          </button>
        ))}
      </fieldset>
      <p class="read-readout small" aria-live="polite">
        {word?.attention === undefined || heat === undefined ? (
          <span class="soft">
            {!writes
              ? 'These are the patches of the level that is chosen above.'
              : isKnown
                ? 'Point at a word of the caption, or go there by keyboard: the patches it looked at light up here.'
                : 'When the model is ready, each word shows here what it looked at.'}
          </span>
        ) : (
          <>
            Before it wrote <strong>{word.text}</strong>, {finePercent(attentionToPatches(word.attention))} of its
            attention went to the patches, and the rest to the words so far.
            <span class="read-parts-of-level soft">
              {heat.heat.length === 1
                ? `This one patch got ${share(heat.most)}.`
                : `Here the strongest patch got ${share(heat.most)} and the weakest ${share(heat.least)}.`}
            </span>
          </>
        )}
      </p>
      {problem !== undefined && <Notice kind="problem">{problem}</Notice>}
    </section>
  );
}

/** A small part of the whole, 0..1, with two digits that count. */
function share(part: number): string {
  return `${Number((100 * part).toPrecision(2))} %`;
}
