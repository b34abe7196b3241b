import { useId } from 'preact/hooks';
import { batchSizes, figures, type ObjectiveName } from '../../training/objectives.ts';
import { curves, pretraining, settings, toggleObjective } from '../../training/pretraining-state.ts';
import { LossChart } from './loss-chart.tsx';

interface Words {
  readonly title: string;
  readonly lead: string;
}

const objectives: Readonly<Record<ObjectiveName, Words>> = {
  contrastive: {
    title: 'Find the caption',
    lead: `${batchSizes.contrastive} pictures and their captions, mixed up. Each picture must find its own.`,
  },
  words: { title: 'Guess hidden words', lead: 'Four words of ten are hidden. The picture helps to guess them.' },
  matching: {
    title: 'Match, looking closely',
    lead: 'Picture and caption are read together. Which of four fits? This one takes hundreds of steps to begin.',
  },
  tasks: {
    title: 'The seven tasks of the paper',
    lead: 'Five puzzles on the patches, hidden words, and “do the two belong together?”, all in one pass.',
  },
};

const titles: Readonly<Record<string, { readonly title: string; readonly guess?: string }>> = {
  contrastive: { title: 'Loss', guess: 'Guessing among 32' },
  words: { title: 'Loss', guess: 'Knowing only how common words are' },
  matchingChoice: { title: 'Loss', guess: 'Guessing among 4' },
  rotation: { title: 'Turned', guess: 'Guessing' },
  jigsaw: { title: 'Shuffled', guess: 'Guessing' },
  camouflage: { title: 'Swapped', guess: 'Guessing' },
  greyToColour: { title: 'Greyed' },
  blankToColour: { title: 'Blanked' },
  maskedTokens: { title: 'Hidden words', guess: 'Common words' },
  match: { title: 'Belong together', guess: 'Guessing' },
};

/** A task to practise: a switch, a sentence, and its curves. */
export function ObjectiveCard({ name }: { readonly name: ObjectiveName }) {
  const { title, lead } = objectives[name];
  const isOn = settings.value.objectives.includes(name);
  const isOnly = isOn && settings.value.objectives.length === 1;
  const { model } = pretraining.value;
  const id = useId();
  return (
    <section class={`card train-objective train-objective-${name}`} data-on={isOn}>
      <h3 class="train-toggle">
        <input id={id} type="checkbox" checked={isOn} disabled={isOnly} onChange={() => toggleObjective(name)} />
        <label for={id}>{title}</label>
      </h3>
      <p class="soft small">
        {lead}
        {isOnly && ' One task must stay on.'}
      </p>
      <div class="train-charts">
        {figures
          .filter(({ objective }) => objective === name)
          .map((figure) => (
            <LossChart
              key={figure.name}
              title={titles[figure.name]?.title ?? figure.name}
              curve={curves.value.get(figure.name)}
              baseline={model?.baselines[figure.name]}
              guess={titles[figure.name]?.guess}
            />
          ))}
      </div>
    </section>
  );
}
