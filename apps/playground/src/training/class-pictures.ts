import { pictureProblem } from '../state/picture-problem.ts';
import type { ClassExample, TeachingClass } from './teaching-events.ts';

/** Photographs in all. Their features are kept, 100 kB each at most: 600 MB. */
export const mostPhotographs = 6000;
/** Photographs in all with which teaching begins. */
const leastPhotographs = 10;
export const mostClasses = 20;
/** Photographs of every class from which on a fifth is held out to measure with. */
const leastToHoldOut = 10;
/** One in so many is held out. */
const heldOutEvery = 5;

/** Why these classes cannot be taught yet, as a sentence; undefined if they can. */
export function classesProblem(
  classes: readonly { readonly name: string; readonly examples: readonly unknown[] }[],
): string | undefined {
  const names = classes.map(({ name }) => name.trim());
  if (names.some((name) => name === '')) return 'Give every class a name.';
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `Two classes are named “${twice}”. Give each a name of its own.`;
  const empty = classes.find(({ examples }) => examples.length < 2);
  if (empty !== undefined) return `Add at least two photographs to “${empty.name.trim()}”.`;
  const count = classes.reduce((sum, { examples }) => sum + examples.length, 0);
  if (count < leastPhotographs)
    return `Add ${leastPhotographs - count} more photographs: ${leastPhotographs} are needed.`;
  return undefined;
}

/** An example with what the model shall learn. */
export interface LabelledExample {
  readonly example: ClassExample;
  readonly label: string;
}

/**
 * Training and held-out photographs, classes in turn. Every fifth of a class is held out, if every class has ten or more:
 * a share of fewer says nothing.
 */
export function splitExamples(classes: readonly TeachingClass[]): {
  readonly train: readonly LabelledExample[];
  readonly heldOut: readonly LabelledExample[];
} {
  const holdsOut = classes.every(({ examples }) => examples.length >= leastToHoldOut);
  const train: LabelledExample[] = [];
  const heldOut: LabelledExample[] = [];
  const longest = Math.max(0, ...classes.map(({ examples }) => examples.length));
  for (let at = 0; at < longest; at++)
    for (const { name, examples } of classes) {
      const example = examples[at];
      if (example === undefined) continue;
      (holdsOut && at % heldOutEvery === heldOutEvery - 1 ? heldOut : train).push({ example, label: name.trim() });
    }
  return { train, heldOut };
}

/**
 * Photographs as `fineTune` reads them, one after the other. What is no picture is told and left out.
 * @param prepare makes a file ready, one at a time
 */
export async function* readExamples(
  examples: readonly LabelledExample[],
  prepare: (example: ClassExample) => Promise<Blob>,
  onSkipped: (skipped: { readonly id: string; readonly reason: string }) => void,
): AsyncGenerator<{ readonly id: string; readonly image: Blob; readonly class: string }> {
  for (const { example, label } of examples) {
    const { name } = example;
    const reason = example.kind === 'file' ? await pictureProblem(example.file) : undefined;
    if (reason !== undefined) onSkipped({ id: name, reason });
    else yield { id: name, image: await prepare(example), class: label };
  }
}
