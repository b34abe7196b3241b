import { engine } from '../../engine/engine.ts';
import { CopyAsCode } from '../../parts/copy-as-code.tsx';
import { Notice } from '../../parts/notice.tsx';
import { gallery } from '../../state/gallery.ts';
import { numberSetting, setSettings, setting } from '../../state/place.ts';
import { product } from '../../state/product.ts';
import { Camouflage } from './camouflage.tsx';
import { drawNext } from './draw-puzzle.ts';
import { PaintedPuzzle } from './painted-puzzle.tsx';
import { isPlayed, type PuzzleText, puzzleTextOf, puzzleTexts } from './puzzle-kinds.ts';
import type { PuzzleProps } from './puzzle-props.ts';
import './puzzles.css';
import { forgetRounds, rounds, scoreOf } from './rounds.ts';
import { Shuffle } from './shuffle.tsx';
import { Turn } from './turn.tsx';
import { usePhotograph } from './use-photograph.ts';

/** The five pre-training puzzles, played against the model. */
export function Puzzles() {
  const current = product.value;
  const text = puzzleTextOf(setting('puzzle'));
  const seed = numberSetting('seed', { least: 0, most: 2 ** 31 - 1, otherwise: 1 });
  return (
    <div class="puzzles">
      <Kinds chosen={text} />
      {current === undefined ? (
        <div class="panel-room" />
      ) : (
        <Puzzle text={text} seed={seed} of={current} key={text.kind} />
      )}
      <ScoreLine />
      <CopyAsCode program="puzzle" />
    </div>
  );
}

function Puzzle({ text, seed, of }: PuzzleProps) {
  const photograph = usePhotograph(of);
  const next = (): void => {
    const other = drawNext(
      seed + 1,
      gallery.value.items.filter(({ id }) => id !== of.id),
    );
    setSettings({
      seed: String(seed + 1),
      ...(other === undefined ? {} : { product: other.id, caption: undefined, box: undefined }),
    });
  };
  const props = { text, seed, of, photograph };
  return (
    <section class="puzzles-game card" aria-label={text.title} style={{ '--puzzle': `var(--level-${text.level})` }}>
      {photograph.error !== undefined && <Notice kind="problem">{photograph.error}</Notice>}
      {text.kind === 'turn' && <Turn {...props} />}
      {text.kind === 'shuffle' && <Shuffle {...props} />}
      {text.kind === 'camouflage' && <Camouflage {...props} />}
      {(text.kind === 'grey' || text.kind === 'blank') && <PaintedPuzzle {...props} kind={text.kind} />}
      <div class="puzzles-next">
        <button type="button" class="button button-main" onClick={next}>
          Another product
        </button>
        <button type="button" class="button" onClick={() => setSettings({ seed: String(seed + 1) })}>
          {isPlayed(text.kind) ? 'Same product again' : 'Other patches'}
        </button>
        <p class="soft small">
          <b>What it is for.</b> {text.why}
        </p>
      </div>
    </section>
  );
}

function Kinds({ chosen }: { readonly chosen: PuzzleText }) {
  return (
    <ul class="puzzles-kinds">
      {puzzleTexts.map((text) => {
        const { kind, level, title } = text;
        const score = isPlayed(kind) ? scoreOf(rounds.value, kind) : undefined;
        return (
          <li key={kind} style={{ '--puzzle': `var(--level-${level})` }}>
            <button type="button" aria-pressed={text === chosen} onClick={() => setSettings({ puzzle: kind })}>
              <LevelIcon level={level} />
              <span class="puzzles-kind-title">{title}</span>
              <span class="puzzles-kind-score">
                {score === undefined ? (
                  'the model paints'
                ) : score.played === 0 ? (
                  'not played yet'
                ) : (
                  <>
                    you <b class="number">{score.visitor}</b> : <b class="number">{score.model}</b> model
                  </>
                )}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** A level's patches: k x k. */
function LevelIcon({ level }: { readonly level: number }) {
  const cell = 22 / level;
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      {Array.from({ length: level * level }, (_, at) => (
        <rect
          key={at}
          x={1 + cell * (at % level) + 0.6}
          y={1 + cell * Math.floor(at / level) + 0.6}
          width={cell - 1.2}
          height={cell - 1.2}
          rx={level === 1 ? 3 : 1}
          fill="var(--puzzle)"
        />
      ))}
    </svg>
  );
}

function ScoreLine() {
  const score = scoreOf(rounds.value);
  return (
    <div class="puzzles-score">
      <p role="status">
        {score.played === 0 ? (
          <span class="soft">No puzzle answered yet. The score is kept while this tab is open.</span>
        ) : (
          <>
            After {score.played === 1 ? 'one puzzle' : `${score.played} puzzles`}: you have{' '}
            <b class="number">{score.visitor}</b> right, the model <b class="number">{score.model}</b>.
          </>
        )}
        {engine.value.kind === 'loading' && (
          <span class="soft"> The model is still loading; it answers as soon as it can.</span>
        )}
      </p>
      <button type="button" class="button" disabled={rounds.value.length === 0} onClick={forgetRounds}>
        Start again at 0 : 0
      </button>
    </div>
  );
}
