import { percent, short } from './numbers.ts';
import { PartButton } from './part-button.tsx';

interface AnswersPartProps {
  readonly match: number | undefined;
  readonly similarity: number | undefined;
  /** Without one there is nothing to match. */
  readonly hasCaption: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** What comes out: first of all whether both belong together. */
export function AnswersPart({ match, similarity, hasCaption, isOpen, onToggle }: AnswersPartProps) {
  return (
    <PartButton flow="answers" class="way-in-answers" title="Do they match?" isOpen={isOpen} onToggle={onToggle}>
      <span class="way-in-match">
        {hasCaption ? (
          <>
            <strong>{match === undefined ? ' ' : percent(match, 0)}</strong> match
          </>
        ) : (
          'Write a caption first'
        )}
      </span>
      <span class="way-in-bar">
        <span style={{ width: percent(match ?? 0, 2).replace(' ', '') }} />
      </span>
      <span class="way-in-fact">{similarity === undefined ? ' ' : `similarity ${short(similarity)}`}</span>
    </PartButton>
  );
}
