import { readAll } from '@kaleido/backend';
import type { ClassificationField, Classifier } from '@kaleido/model';
import { classifierFiles } from './classifier-files.ts';
import type { TaskHead } from './task-head.ts';

/** A photograph's most likely class by label field, and in `probabilities` the probability of that class, 0..1. */
export type Prediction<Label extends string = string> = { readonly [Field in Label]: string } & {
  /** The record's id, the file's name, or `photograph 1`, `photograph 2` and so on. */
  readonly id: string;
  readonly probabilities: { readonly [Field in Label]: number };
};

/** A photograph's tags, the likeliest first, and in `probabilities` the probability of each known tag, 0..1. */
export type Tags<Label extends string = string> = { readonly [Field in Label]: readonly string[] } & {
  /** As in `Prediction`. */
  readonly id: string;
  readonly probabilities: { readonly [Field in Label]: Readonly<Record<string, number>> };
};

/** The head of a classifier: one class of each field, or for a field of `several` those above its threshold. */
export function classifierHead<Result>(classifier: Classifier): ClassifierHead<Result> {
  const { options, model } = classifier;
  const own = new Map([...classifier.variables()].filter(([name]) => !model.variables.has(name)));
  return {
    classifier,
    input: options,
    variables: own,
    outputs: (input, dropout) => [...classifier.logitsOf(input, dropout).values()],
    results: (ids, outputs) =>
      ids.map((id, row) => {
        const result: Record<string, unknown> = { id };
        const probabilities: Record<string, unknown> = {};
        for (const [index, field] of options.fields.entries()) {
          const C = field.classes.length;
          const logits = (outputs[index] as Float32Array).subarray(row * C, (row + 1) * C);
          const found = field.several === undefined ? oneOf(field, logits) : severalOf(field, field.several, logits);
          result[field.name] = found.answer;
          probabilities[field.name] = found.probability;
        }
        // The names of the fields are known to the caller alone.
        return { ...result, probabilities } as Result;
      }),
    async files() {
      const values = await readAll([...own.values()]);
      const layers = new Map([...own.keys()].map((name, index) => [name, values[index] as Float32Array]));
      return classifierFiles(model.config, { options, layers });
    },
    dispose: () => classifier.dispose(),
  };
}

export interface ClassifierHead<Result> extends TaskHead<Result> {
  readonly classifier: Classifier;
}

function oneOf({ classes }: ClassificationField, logits: Float32Array): { answer: unknown; probability: unknown } {
  const most = Math.max(...logits);
  const best = logits.indexOf(most);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return { answer: classes[best], probability: 1 / sum };
}

function severalOf(
  { classes }: ClassificationField,
  { threshold }: { readonly threshold: number },
  logits: Float32Array,
): { answer: unknown; probability: unknown } {
  const each = classes.map((name, index) => [name, 1 / (1 + Math.exp(-(logits[index] as number)))] as const);
  const sorted = each.filter(([, probability]) => probability >= threshold).sort(([, a], [, b]) => b - a);
  return { answer: sorted.map(([name]) => name), probability: Object.fromEntries(each) };
}
