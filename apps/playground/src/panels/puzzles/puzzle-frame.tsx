import type { ComponentChildren } from 'preact';
import type { PuzzleText } from './puzzle-kinds.ts';

interface PuzzleFrameProps {
  readonly text: PuzzleText;
  readonly figure: ComponentChildren;
  readonly children: ComponentChildren;
  /** How many choices the keys 1, 2, ... stand for. */
  readonly choices?: number;
  /** Undefined while there is nothing to choose yet. */
  readonly onChoose?: ((choice: number) => void) | undefined;
}

/** A picture and the question about it, side by side. Number keys choose while the focus is within. */
export function PuzzleFrame({ text, figure, children, choices = 0, onChoose }: PuzzleFrameProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys only shorten the way to the buttons within
    <div
      class="puzzles-frame"
      onKeyDown={({ key, ctrlKey, metaKey, altKey }) => {
        const choice = Number(key) - 1;
        if (ctrlKey || metaKey || altKey || !Number.isInteger(choice) || choice < 0 || choice >= choices) return;
        onChoose?.(choice);
      }}
    >
      <div class="puzzles-figure">{figure}</div>
      <div class="puzzles-question">
        <h2>{text.question}</h2>
        <p class="soft small">{text.how}</p>
        {children}
      </div>
    </div>
  );
}
