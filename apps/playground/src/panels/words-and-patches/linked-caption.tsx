import type { ReadWord } from '@kaleido/insight';
import { Fragment } from 'preact';
import { useRef } from 'preact/hooks';
import { formatLinkShort } from './format-link.ts';
import { fullValue, type LinkSource, strongest } from './links.ts';

interface Props {
  readonly caption: string;
  /** Undefined while the caption is read: it is shown as text. */
  readonly words: readonly ReadWord[] | undefined;
  readonly source: LinkSource;
  /** [W] of the patch that lights them; undefined: none does. */
  readonly values: Float32Array | undefined;
  /** The word that lights the picture. */
  readonly active: number | undefined;
  readonly pinned: number | undefined;
  readonly onPoint: (word: number | undefined) => void;
  readonly onPin: (word: number) => void;
}

/** The caption as words, lit by a patch. */
export function LinkedCaption(props: Props) {
  const { caption, words, source, values, active, pinned, onPoint, onPin } = props;
  const toolbar = useRef<HTMLDivElement>(null);
  if (words === undefined) return <p class="words-caption">{caption}</p>;
  const full = values === undefined ? 1 : fullValue(source, values);
  const top = values === undefined ? [] : strongest(values, full, 2);
  const stop = pinned ?? active ?? 0;
  const move = (event: KeyboardEvent, index: number): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: index + 1,
      ArrowLeft: index - 1,
      Home: 0,
      End: words.length - 1,
    };
    const next = steps[event.key];
    if (next === undefined || next < 0 || next >= words.length) return;
    event.preventDefault();
    toolbar.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div ref={toolbar} class="words-caption" role="toolbar" aria-label="Words of the caption; the arrow keys move">
      {words.map(({ from, text }, index) => {
        const value = values?.[index];
        const isSpaced = index > 0 && /\s/.test(caption.slice(words[index - 1]?.to ?? 0, from));
        return (
          <Fragment key={from}>
            {isSpaced && ' '}
            <button
              type="button"
              class={`words-word${index === active ? ' is-active' : ''}${top.includes(index) ? ' is-strong' : ''}`}
              tabIndex={index === stop ? 0 : -1}
              aria-pressed={index === pinned}
              style={value === undefined ? undefined : heatOf(value, full)}
              onPointerEnter={({ pointerType }) => pointerType === 'mouse' && onPoint(index)}
              onPointerLeave={() => onPoint(undefined)}
              onFocus={() => onPoint(index)}
              onBlur={() => onPoint(undefined)}
              onClick={() => onPin(index)}
              onKeyDown={(event) => move(event, index)}
            >
              {text}
              <span class="words-word-number number">
                {value !== undefined && Math.abs(value) > 0.2 * full ? formatLinkShort(source, value) : ''}
              </span>
            </button>
          </Fragment>
        );
      })}
    </div>
  );
}

/** A word's ground: even for what speaks for it, hatched for what speaks against it. */
function heatOf(value: number, full: number): Record<string, string> {
  const strength = full === 0 ? 0 : Math.min(1, Math.abs(value) / full);
  if (value >= 0) return { background: `rgba(var(--heat), ${(0.4 * strength).toFixed(3)})` };
  const stripe = `color-mix(in srgb, var(--bad) ${(38 * strength).toFixed(0)}%, transparent)`;
  return { background: `repeating-linear-gradient(45deg, ${stripe} 0 3px, transparent 3px 7px)` };
}
