import { type PartId, partsOfTheWay } from './parts-of-the-way.ts';

interface WayTextProps {
  readonly part: PartId | undefined;
  /** Marks a part of the picture; undefined marks none. */
  readonly point: (id: PartId | undefined) => void;
  readonly open: (id: PartId) => void;
  readonly close: () => void;
}

/** The whole in a few sentences. Each opens its part, and is marked while that is open. */
export function WayText({ part, point, open, close }: WayTextProps) {
  return (
    <section class="way-in-text" aria-labelledby="way-in-text-title">
      <h2 id="way-in-text-title">In nine steps</h2>
      <p class="soft small">Click a step, or a part of the picture, to look inside.</p>
      <ol>
        {partsOfTheWay.map(({ id, sentence }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={id === part}
              onPointerEnter={() => point(id)}
              onPointerLeave={() => point(undefined)}
              onFocus={() => point(id)}
              onBlur={() => point(undefined)}
              onClick={() => (id === part ? close() : open(id))}
            >
              {sentence}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
