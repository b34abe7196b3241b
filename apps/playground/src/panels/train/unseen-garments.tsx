import type { Candidate } from '@kaleido/insight';
import { pretraining } from '../../training/pretraining-state.ts';
import { usualSizes } from '../../training/sizes.ts';
import type { ShownGarment } from '../../training/training-events.ts';
import { Drawing } from './drawing.tsx';

/** Garments that training never sees: what the model made of them before, and what it makes of them now. */
export function UnseenGarments() {
  const { model, before, now } = pretraining.value;
  const first = (ranks: readonly number[] | undefined): string =>
    ranks === undefined ? '–' : String(ranks.filter((rank) => rank === 1).length);
  return (
    <section class="train-unseen" aria-labelledby="train-unseen">
      <div class="train-unseen-head">
        <div>
          <h2 id="train-unseen">Garments it has never seen</h2>
          <p class="soft">
            {usualSizes.heldOut} garments are kept back. For each picture the model puts their {usualSizes.heldOut}{' '}
            captions in order, and it fills in a hidden word.
          </p>
        </div>
        <dl class="train-score">
          <div>
            <dt>Right caption first, untrained</dt>
            <dd class="number">
              {first(before?.ranks)} of {usualSizes.heldOut}
            </dd>
          </div>
          <div>
            <dt>{now === undefined || now.step === 0 ? 'Now' : `After step ${now.step}`}</dt>
            <dd class="number train-score-now">
              {first(now?.exam.ranks)} of {usualSizes.heldOut}
            </dd>
          </div>
        </dl>
      </div>
      <ul class="train-garments">
        {Array.from({ length: usualSizes.shown }, (_, index) => (
          <li key={index} class="card">
            <Unseen
              garment={model?.shown[index]}
              rankBefore={before?.ranks[index]}
              rankNow={now?.exam.ranks[index]}
              guessesBefore={before?.guesses[index]}
              guessesNow={now?.exam.guesses[index]}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface UnseenProps {
  readonly garment: ShownGarment | undefined;
  readonly rankBefore: number | undefined;
  readonly rankNow: number | undefined;
  readonly guessesBefore: readonly Candidate[] | undefined;
  readonly guessesNow: readonly Candidate[] | undefined;
}

function Unseen({ garment, rankBefore, rankNow, guessesBefore, guessesNow }: UnseenProps) {
  const [start, end] = garment?.masked.split('[MASK]') ?? ['', ''];
  return (
    <div class="train-garment">
      <div class="train-picture">{garment !== undefined && <Drawing svg={garment.svg} label={garment.caption} />}</div>
      <p class="train-caption small">
        {garment !== undefined && (
          <>
            {start}
            <mark>{garment.hidden}</mark>
            {end}
          </>
        )}
      </p>
      <h3 class="train-label">Place of its caption</h3>
      <Rank label="Untrained" rank={rankBefore} />
      <Rank label="Now" rank={rankNow} isNow />
      <h3 class="train-label">
        The hidden word{garment !== undefined && <span class="visually-hidden">: {garment.hidden}</span>}
      </h3>
      <Guesses label="Untrained" guesses={guessesBefore} hidden={garment?.hidden} />
      <Guesses label="Now" guesses={guessesNow} hidden={garment?.hidden} isNow />
    </div>
  );
}

function Rank({ label, rank, isNow = false }: { label: string; rank: number | undefined; isNow?: boolean }) {
  return (
    <div class="train-row" data-now={isNow}>
      <span>{label}</span>
      <span class="train-places" aria-hidden="true">
        {Array.from({ length: usualSizes.heldOut }, (_, index) => (
          <i key={index} data-right={rank === index + 1} />
        ))}
      </span>
      <span class="number">{rank === undefined ? '–' : ordinal(rank)}</span>
    </div>
  );
}

function Guesses({
  label,
  guesses,
  hidden,
  isNow = false,
}: {
  label: string;
  guesses: readonly Candidate[] | undefined;
  hidden: string | undefined;
  isNow?: boolean;
}) {
  return (
    <div class="train-row train-row-words" data-now={isNow}>
      <span>{label}</span>
      <span class="train-words">
        {guesses?.map(({ piece, probability }) => (
          <span
            key={piece}
            class="train-word"
            data-right={piece === hidden?.toLowerCase()}
            style={{ '--share': String(probability) }}
          >
            {piece.replace(/^##/, '…')} <span class="number">{Math.round(100 * probability)} %</span>
          </span>
        ))}
      </span>
    </div>
  );
}

function ordinal(rank: number): string {
  const ending = { 1: 'st', 2: 'nd', 3: 'rd' }[rank] ?? 'th';
  return `${rank}${ending}`;
}
