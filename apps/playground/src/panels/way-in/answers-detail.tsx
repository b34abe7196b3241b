import { linkTo } from '../../state/place.ts';
import type { DetailProps } from './detail-props.ts';
import { largest, percent, probabilitiesOf, short } from './numbers.ts';

const turns = ['No, upright', 'A quarter to the right', 'Upside down', 'A quarter to the left'];

/** What the heads read off the last layer, the match first. */
export function AnswersDetail({ product, answers: { match, similarity, read } }: DetailProps) {
  const hasCaption = product.caption.trim() !== '';
  const logits = read?.logits;
  const [turned, shuffled, swapped] = [logits?.rotation, logits?.jigsaw, logits?.camouflage].map((own) =>
    own === undefined ? undefined : largest(probabilitiesOf(own)),
  );
  return (
    <>
      <ul class="way-in-answer-list">
        <Answer
          question="Do caption and photograph belong together?"
          answer={!hasCaption ? 'Write a caption first' : match === undefined ? undefined : match >= 0.5 ? 'Yes' : 'No'}
          probability={match}
          note="The matching head reads [CLS] after the last layer. This is its probability of yes."
        />
        <Answer
          question="Is the product turned?"
          answer={turned === undefined ? undefined : turns[turned.at]}
          probability={turned?.value}
          note="From the one patch of level 1. Nobody turned it here."
        />
        <Answer
          question="Are the four patches of level 2 shuffled?"
          answer={
            shuffled === undefined ? undefined : shuffled.at === 0 ? 'No, in order' : `Yes, order ${shuffled.at + 1}`
          }
          probability={shuffled?.value}
          note="One of 24 orders. Nobody shuffled them here."
        />
        <Answer
          question="Which of the nine patches of level 3 is another product’s?"
          answer={
            swapped === undefined ? undefined : `Row ${Math.floor(swapped.at / 3) + 1}, column ${(swapped.at % 3) + 1}`
          }
          probability={swapped?.value}
          note="In training one always was. None is here, so it can only guess."
        />
      </ul>
      {hasCaption && (
        <p class="way-in-lead">
          Beside these, the similarity:{' '}
          {similarity === undefined ? '…' : <span class="number">{short(similarity)}</span>}, between −1 and 1. For it,
          the model reads caption and photograph apart, so a search can prepare it.{' '}
          <a href={linkTo('match')}>See match and search.</a>
        </p>
      )}
      <p class="soft small">
        More heads fill in hidden words and hidden patches: <a href={linkTo('read')}>Read it</a>,{' '}
        <a href={linkTo('puzzles')}>Five puzzles</a>.
      </p>
    </>
  );
}

interface AnswerProps {
  readonly question: string;
  readonly answer: string | undefined;
  readonly probability: number | undefined;
  readonly note: string;
}

function Answer({ question, answer, probability, note }: AnswerProps) {
  return (
    <li>
      <h3>{question}</h3>
      <p class="way-in-answer">
        <span>{answer ?? ' '}</span>
        <span class="number">{probability === undefined ? ' ' : percent(probability)}</span>
      </p>
      <p class="way-in-bar" aria-hidden="true">
        <span style={{ width: `${100 * (probability ?? 0)}%` }} />
      </p>
      <p class="soft small">{note}</p>
    </li>
  );
}
