import { engine } from '../../engine/engine.ts';
import { Notice } from '../../parts/notice.tsx';
import { percent } from '../../parts/percent.ts';
import type { PlayedPuzzle } from './played-puzzle.ts';

/** Who was right. It has its room before there is an answer. */
export function Verdict({ played, truth }: { readonly played: PlayedPuzzle; readonly truth: number }) {
  const { visitor, model, error } = played;
  if (error !== undefined) return <Notice kind="problem">{error}</Notice>;
  return (
    <div class="puzzles-verdict" role="status">
      {visitor === undefined ? (
        <p class="soft">You answer first. The model’s answer stays hidden until then.</p>
      ) : (
        <>
          <Line who="You" isRight={visitor === truth} />
          {model === undefined ? (
            <p class="soft">
              {engine.value.kind === 'ready' ? 'The model is thinking.' : 'The model answers when it has loaded.'}
            </p>
          ) : (
            <Line who="Model" isRight={model.answer === truth}>
              : it gave the right answer {percent(model.probabilities[truth] ?? 0)}
            </Line>
          )}
        </>
      )}
    </div>
  );
}

interface LineProps {
  readonly who: string;
  readonly isRight: boolean;
  readonly children?: preact.ComponentChildren;
}

function Line({ who, isRight, children }: LineProps) {
  return (
    <p>
      <span class={isRight ? 'puzzles-right' : 'puzzles-wrong'} aria-hidden="true">
        {isRight ? '✓' : '✗'}
      </span>{' '}
      <b>{who}</b> {isRight ? 'right' : 'wrong'}
      {children}
    </p>
  );
}

/** Small words on a choice: whose it is, and whether it is the right one. */
export function Marks({
  played: { visitor, model },
  choice,
  truth,
}: {
  readonly played: PlayedPuzzle;
  readonly choice: number;
  readonly truth: number;
}) {
  if (visitor === undefined) return null;
  return (
    <>
      {choice === truth && <span class="puzzles-mark puzzles-mark-right">✓ right</span>}
      {choice === visitor && <span class="puzzles-mark">you</span>}
      {choice === model?.answer && <span class="puzzles-mark">model</span>}
    </>
  );
}
