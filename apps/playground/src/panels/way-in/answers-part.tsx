import { percent, short } from './numbers.ts';
import { PartButton } from './part-button.tsx';

interface AnswersPartProps {
  readonly match: number | undefined;
  readonly similarity: number | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** What comes out: first of all whether both belong together. */
export function AnswersPart({ match, similarity, isOpen, onToggle }: AnswersPartProps) {
  return (
    <PartButton flow="answers" class="way-in-answers" title="Answers" isOpen={isOpen} onToggle={onToggle}>
      <span class="way-in-match">
        <strong>{match === undefined ? ' ' : percent(match, 0)}</strong> match
      </span>
      <span class="way-in-bar">
        <span style={{ width: percent(match ?? 0, 2).replace(' ', '') }} />
      </span>
      <span class="way-in-fact">similarity {similarity === undefined ? ' ' : short(similarity)}</span>
    </PartButton>
  );
}
