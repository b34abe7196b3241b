import { ops, readAll, type Tensor, tf } from '@kaleido/backend';
import { classificationMetrics, groupedRecalls, predictedClass, type ScoredPair } from '@kaleido/eval';
import { KaleidoError } from '@kaleido/foundation';
import {
  Classifier,
  type Encoder,
  encoderOf,
  type KaleidoBert,
  type KaleidoBertConfig,
  modelFromWeights,
  type Weights,
} from '@kaleido/model';
import type { ReleasedOptimizer } from '@kaleido/model/node';
import {
  fieldsLoss,
  type PretrainBatch,
  type PretrainTask,
  pretrainLosses,
  pretrainLossesOf,
  pretrainTasks,
  releasedBatch,
  releasedPairs,
} from '@kaleido/pretrain-tasks';
import type { TrainingTask } from '@kaleido/training';
import type { ReleasedRows } from './released-batches.ts';
import type { ReleasedRecipe } from './released-recipe.ts';

/** Figures by name, as the released evaluators print them: shares in per cent, losses unchanged. */
export type ReleasedFigures = Readonly<Record<string, number>>;

/** The released code's fine-tuning layers, and the columns of their labels. */
const heads = {
  category: { name: 'catepred_dense', label: 'img_category_id' },
  subcategory: { name: 'subcatepred_dense', label: 'img_subcategory_id' },
} as const;

/** Initial state of a run. */
export interface ReleasedStart {
  readonly config: KaleidoBertConfig;
  readonly weights: Weights;
  /** Fine-tuning layers, by the released code's names. */
  readonly layers: ReadonlyMap<string, Float32Array>;
  readonly optimizer?: ReleasedOptimizer;
}

/** The parts that differ between tasks. */
export interface ReleasedTaskRun extends TrainingTask<ReleasedRows> {
  evaluate(batches: AsyncIterable<ReleasedRows>, onRows: (rows: number) => void): Promise<ReleasedFigures>;
  dispose(): void;
}

/** Opens the task of a recipe on the selected backend. */
export function openReleasedTask(recipe: ReleasedRecipe, start: ReleasedStart): ReleasedTaskRun {
  const model = modelFromWeights(start.config, start.weights);
  try {
    return taskOf(model, recipe, start);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function taskOf(model: KaleidoBert, recipe: ReleasedRecipe, start: ReleasedStart): ReleasedTaskRun {
  const { config } = start;
  const encoder = encoderOf(model);
  const sizes = { vocabularySize: config.vocab_size, featureWidth: config.patch_feature_size };
  const dispose = (): void => model.dispose();
  switch (recipe.task) {
    case 'pretrain':
      return {
        variables: model.trainable(),
        loss: (rows, seeds) => {
          const batch = releasedBatch(rows.columns, sizes);
          const losses = pretrainLosses(encoder, batch, seeds, 'released');
          return { loss: ops.addAll(pretrainTasks.map((task) => losses[task])), figures: { ...losses } };
        },
        evaluate: (batches, onRows) =>
          evaluatePretraining(encoder, batches, (rows) => releasedBatch(rows.columns, sizes), onRows),
        dispose,
      };
    case 'category':
    case 'subcategory': {
      const { name, label } = heads[recipe.task];
      const classes = recipe.classes as number;
      const options = {
        fields: [{ name, classes: Array.from({ length: classes }, (_, index) => String(index)) }],
        inputs: 'both',
        head: 'cls',
      } as const;
      const own = new Map([...start.layers].filter(([layer]) => layer.startsWith(`${name}/`)));
      const classifier =
        own.size === 2 ? new Classifier(model, options, own) : Classifier.create(model, options, recipe.seed);
      const labelsOf = (rows: ReleasedRows): Int32Array => {
        const labels = rows.columns.get(label) as Int32Array;
        const wrong = labels.find((value) => value < 0 || value >= classes);
        if (wrong === undefined) return labels;
        throw new KaleidoError({
          source: 'released',
          problem: `the column ${label} must be from 0 to ${classes - 1}`,
          found: wrong,
          advice: 'set classes of the recipe to how many there are',
        });
      };
      return {
        variables: classifier.variables(),
        loss: (rows, seeds) => ({
          loss: fieldsLoss(
            classifier.logits(releasedPairs(rows.columns, sizes), seeds),
            new Map([[name, labelsOf(rows)]]),
          ),
          figures: {},
        }),
        evaluate: async (batches, onRows) => {
          const [truth, predicted]: [number[], number[]] = [[], []];
          for await (const rows of batches) {
            const [logits] = await readLogits(() => [
              classifier.logits(releasedPairs(rows.columns, sizes)).get(name) as Tensor,
            ]);
            for (const [index, wanted] of labelsOf(rows).entries()) {
              truth.push(wanted);
              predicted.push(predictedClass((logits as Float32Array).subarray(index * classes, (index + 1) * classes)));
            }
            onRows(truth.length);
          }
          const { accuracy, macroF1, macroF1AllClasses, examples } = classificationMetrics({
            truth,
            predicted,
            classes,
          });
          // The released evaluator's macro-F counts a class that is in neither list as 0.
          return { accuracy, macroF: macroF1AllClasses, macroFOfPresentClasses: macroF1, examples };
        },
        dispose: () => {
          classifier.dispose();
          dispose();
        },
      };
    }
    case 'image-to-text':
    case 'text-to-image': {
      const query = recipe.task === 'image-to-text' ? 'image_prod_id' : 'text_prod_id';
      return {
        variables: model.trainable(),
        loss: () => {
          throw new KaleidoError({
            source: 'released',
            problem: 'the released code does not train retrieval',
            advice: 'leave training out of the recipe',
          });
        },
        evaluate: async (batches, onRows) => {
          const pairs: ScoredPair[] = [];
          for await (const rows of batches) {
            const both = releasedPairs(rows.columns, sizes);
            const [logits] = await readLogits(() => [encoder.readBoth(both.text, both.image).logits.match]);
            const labels = rows.columns.get('nx_sent_labels') as Int32Array;
            // The raw logit of class 1, as released, not the difference or the probability.
            for (const [index, product] of (rows.texts.get(query) as readonly string[]).entries())
              pairs.push({
                query: product,
                score: (logits as Float32Array)[2 * index + 1] as number,
                matches: labels[index] === 1,
              });
            onRows(pairs.length);
          }
          const { recalls, queries, withoutMatch } = groupedRecalls(pairs);
          return {
            'R@1': recalls[1],
            'R@5': recalls[5],
            'R@10': recalls[10],
            queries,
            withoutMatch,
            pairs: pairs.length,
          };
        },
        dispose,
      };
    }
    default:
      return recipe.task satisfies never;
  }
}

/** Runs a forward pass, reads its results, and frees the rest. */
async function readLogits(run: () => Tensor[]): Promise<Float32Array[]> {
  const tensors = tf.tidy(run);
  const values = await readAll(tensors);
  tf.dispose(tensors);
  return values as Float32Array[];
}

/** Mean loss and accuracy of each task over the batches. */
async function evaluatePretraining(
  encoder: Encoder,
  batches: AsyncIterable<ReleasedRows>,
  batchOf: (rows: ReleasedRows) => PretrainBatch,
  onRows: (rows: number) => void,
): Promise<ReleasedFigures> {
  const sums = new Map<PretrainTask, number>();
  const right = new Map<string, [right: number, all: number]>();
  let rows = 0;
  for await (const some of batches) {
    const batch = batchOf(some);
    const B = batch.text.size;
    const answers: readonly (readonly [string, Int32Array, Float32Array | undefined])[] = [
      ['match', batch.matchLabels, undefined],
      ['rotation', batch.rotationLabels, undefined],
      ['jigsaw', batch.jigsawLabels, undefined],
      ['camouflage', batch.camouflageLabels, undefined],
      ['maskedTokens', batch.maskedLabels, batch.maskedWeights],
    ];
    const read = await readLogits(() => {
      const both = encoder.readBoth(batch.text, batch.image);
      const losses = pretrainLossesOf(encoder, both, batch, 'released');
      const { logits } = both;
      const tokens = both.tokensAt(batch.maskedPositions);
      const all = [logits.match, logits.rotation, logits.jigsaw, logits.camouflage, tokens];
      return [...pretrainTasks.map((task) => losses[task]), ...all];
    });
    for (const [index, task] of pretrainTasks.entries())
      sums.set(task, (sums.get(task) ?? 0) + ((read[index] as Float32Array)[0] as number) * B);
    for (const [index, [name, labels, weights]] of answers.entries()) {
      const values = read[pretrainTasks.length + index] as Float32Array;
      const classes = values.length / labels.length;
      const counts = right.get(name) ?? [0, 0];
      for (const [row, label] of labels.entries()) {
        if (weights !== undefined && (weights[row] as number) === 0) continue;
        counts[1]++;
        if (predictedClass(values.subarray(row * classes, (row + 1) * classes)) === label) counts[0]++;
      }
      right.set(name, counts);
    }
    rows += B;
    onRows(rows);
  }
  return {
    ...Object.fromEntries([...sums].map(([task, sum]) => [`${task}Loss`, sum / rows])),
    ...Object.fromEntries(
      [...right].map(([name, [hits, all]]) => [`${name}Accuracy`, (100 * hits) / Math.max(1, all)]),
    ),
    examples: rows,
  };
}
