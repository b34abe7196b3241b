import type { ComponentChildren } from 'preact';
import { percent } from '../../parts/percent.ts';
import type { PlayedPuzzle } from './played-puzzle.ts';
import { Marks } from './verdict.tsx';

interface LikeliestProps {
  readonly title: string;
  readonly played: PlayedPuzzle;
  readonly truth: number;
  /** A small picture of an answer; undefined while there is none. */
  readonly picture: (answer: number | undefined) => ComponentChildren;
  /** Whether the small picture is a photograph, which lies on white. */
  readonly isOnWhite?: boolean;
}

/** Answers that are listed. */
const listed = 4;

/** The model's likeliest answers, the likeliest first. They have their room before they are known. */
export function Likeliest({ title, played, truth, picture, isOnWhite = false }: LikeliestProps) {
  const ranked = [...(played.model?.probabilities ?? [])]
    .map((probability, answer) => ({ answer, probability }))
    .sort((a, b) => b.probability - a.probability);
  return (
    <>
      <h3 class="puzzles-list-title">{title}</h3>
      <ol class="puzzles-likeliest">
        {Array.from({ length: listed }, (_, rank) => {
          const found = ranked[rank];
          return (
            <li key={rank}>
              <span class="puzzles-small" data-known={isOnWhite && found !== undefined}>
                {picture(found?.answer)}
              </span>
              <span class="number">{found === undefined ? '' : percent(found.probability)}</span>
              <span class="puzzles-bar" aria-hidden="true">
                <span style={{ inlineSize: `${100 * (found?.probability ?? 0)}%` }} />
              </span>
              <span class="puzzles-marks">
                {found !== undefined && <Marks played={played} choice={found.answer} truth={truth} />}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}
