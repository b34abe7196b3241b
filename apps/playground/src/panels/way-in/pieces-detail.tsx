import { engine } from '../../engine/engine.ts';
import { numberSetting, setSettings } from '../../state/place.ts';
import type { DetailProps } from './detail-props.ts';
import { Facts } from './facts.tsx';
import { VectorStrip } from './vector-strip.tsx';

/** The word pieces with their numbers; one of them with its vector. */
export function PiecesDetail({ answers: { pieces, caption, read } }: DetailProps) {
  const state = engine.value;
  const vocabulary = state.kind === 'ready' ? state.report.model.vocabulary : undefined;
  const T = pieces?.length ?? 0;
  const chosen = numberSetting('piece', { least: 0, most: Math.max(0, T - 1), otherwise: Math.min(1, T) });
  const piece = pieces?.[chosen];
  // Vectors of the caption before a change say nothing of a piece of this one.
  const isRead = read !== undefined && read.caption.pieces[chosen] === piece && read.caption.pieces.length === T;
  const vector = isRead ? read.embeddings.subarray(chosen * read.width, (chosen + 1) * read.width) : undefined;
  return (
    <>
      <p class="way-in-lead">
        The model has no letters, only a list of pieces
        {vocabulary === undefined ? '' : `, ${vocabulary.toLocaleString('en')} of them`}. A rare word is put together:
        ## means that a piece goes on without a space. [CLS] begins, [SEP] ends.
      </p>
      <div class="way-in-sides">
        <ol class="way-in-piece-list">
          {pieces?.map((own, index) => (
            <li key={index}>
              <button
                type="button"
                aria-pressed={index === chosen}
                onClick={() => setSettings({ piece: String(index) })}
              >
                {own}
                <span class="number">{caption?.ids[index] ?? ' '}</span>
              </button>
            </li>
          ))}
        </ol>
        <div class="way-in-card">
          <h3>{piece === undefined ? ' ' : `“${piece}”`}</h3>
          <Facts
            facts={[
              ['Number in the list', caption?.ids[chosen]],
              ['Position in the sequence', `${chosen + 1} of ${T + 55}`],
            ]}
          />
          <p class="way-in-step">
            Its learned vector{read === undefined ? '' : `, ${read.width} numbers`}, with its position added:
          </p>
          <VectorStrip vector={vector} />
          <p class="soft small">{meaningOf(piece)}</p>
        </div>
      </div>
    </>
  );
}

function meaningOf(piece: string | undefined): string {
  if (piece === '[CLS]') return 'What the model gathers here, the matching head reads at the end.';
  if (piece === '[SEP]') return 'The caption ends here; the patches follow.';
  if (piece === '[MASK]') return 'A hidden word: the model guesses it from the rest.';
  if (piece === '[UNK]') return 'A sign that the list does not have.';
  if (piece?.startsWith('##') === true) return 'It goes on with the piece before it.';
  return 'Pieces that are used alike have vectors that are alike.';
}
