import { type PartId, partsOfTheWay } from './parts-of-the-way.ts';

interface WayTextProps {
  readonly part: PartId | undefined;
  readonly open: (id: PartId) => void;
  readonly close: () => void;
}

/** The whole in a few sentences. Each opens its part, and is marked while that is open. */
export function WayText({ part, open, close }: WayTextProps) {
  return (
    <section class="way-in-text" aria-labelledby="way-in-text-title">
      <h2 id="way-in-text-title">In a few sentences</h2>
      <p class="soft small">Click a sentence, or a part of the picture, to open it.</p>
      <ol>
        {partsOfTheWay.map(({ id, sentence }) => (
          <li key={id}>
            <button type="button" aria-pressed={id === part} onClick={() => (id === part ? close() : open(id))}>
              {sentence}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
