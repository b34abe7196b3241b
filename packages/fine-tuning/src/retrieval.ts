import { type Tensor, tf } from '@kaleido/backend';
import { fullSetRetrieval } from '@kaleido/eval';
import { residentFeatures } from '@kaleido/layout';
import { encoderOf, jointPatches } from '@kaleido/model';
import { contrastive, imageBatch } from '@kaleido/pretrain-tasks';
import { captionBatch, hasCaption } from './caption-batch.ts';
import { refuseSetting } from './head-settings.ts';
import { assertSome, type Item, type Items } from './items.ts';
import type { Labelled } from './labels.ts';
import { pairLearner, productOf } from './pair-learner.ts';
import { passes } from './passes.ts';
import type { FineTuneTask, LearnerSetting, Measured } from './task.ts';

export interface RetrievalSettings {
  /** Divisor of the similarities. Default 0.07, as in CLIP. */
  readonly temperature?: number;
  /** Share of caption pieces hidden, 0..1. Default 0.1: titles are short, and a model soon memorises their words. */
  readonly wordDropout?: number;
  /**
   * Products of one sub-category, or category, that are batched together, so that a pair must be told from similar ones.
   * Default 4, as in pre-training; 1 is a plain random batch.
   */
  readonly groupSize?: number;
}

/**
 * Every validation caption searches all validation photographs, and every photograph all captions; means of both
 * directions. `recall1`, `recall5` and `recall10` are shares, 0..1; the mean reciprocal rank changes with every rank.
 */
export type RetrievalFigure = 'meanReciprocalRank' | 'recall1' | 'recall5' | 'recall10';

/**
 * Captions and photographs in one space, by your own pairs: `embedImages` and `embedCaptions` of the result find each
 * other. Photographs with the same `productId`, or the same caption, are never taken for wrong answers.
 * @throws KaleidoError for a setting out of range
 */
export function retrieval(settings: RetrievalSettings = {}): FineTuneTask<Labelled, never, RetrievalFigure> {
  const { temperature = 0.07, wordDropout = 0.1, groupSize = 4 } = settings;
  if (!(temperature > 0)) throw refuseSetting('temperature must be above 0', temperature, 'use 0.07');
  if (!(wordDropout >= 0 && wordDropout < 1))
    throw refuseSetting('wordDropout must be from 0 to below 1', wordDropout, 'use 0.1');
  if (!Number.isInteger(groupSize) || groupSize < 1)
    throw refuseSetting('groupSize must be a whole number from 1 up', groupSize, 'use 4');
  return {
    name: 'retrieval',
    figures: { meanReciprocalRank: 'higher', recall1: 'higher', recall5: 'higher', recall10: 'higher' },
    usualFigure: 'meanReciprocalRank',
    needs: 'a caption',
    settings: { temperature, wordDropout, groupSize },
    groupSize,
    has: hasCaption,
    async learner(setting) {
      const { trained, train, model } = setting;
      const { joint_size, one_sided_encoding } = model.config;
      assertSome(train, 'train on', 'a caption');
      if (trained === 'head' && joint_size === 0)
        throw refuseSetting(
          'this model has no joint space, so retrieval has no head',
          joint_size,
          'use trained: "all"',
        );
      if (typeof trained === 'object' && one_sided_encoding === 'embeddings')
        throw refuseSetting(
          'trained: { lastLayers } would have no effect: this model compares captions and photographs before its layers',
          one_sided_encoding,
          'use trained: "all" or "head"',
        );
      return pairLearner(
        {
          objectives: (batchSize) => ({
            // The plain means serve the matching head, which this task does not train.
            contrastive: contrastive.schema.parse({ batchSize, temperature, wordDropout, groupSize, meanWeight: 0 }),
          }),
          ofHead: (name) => /^kaleido\/(text|image)_projection\//.test(name),
          measure,
        },
        setting,
      );
    },
  };
}

async function measure(
  { model, tokenizer }: LearnerSetting,
  { items, features }: Items,
  signal: AbortSignal | undefined,
): Promise<Measured<RetrievalFigure>> {
  const encoder = encoderOf(model);
  const patches = jointPatches(model.config);
  const sides: { texts: Tensor[]; images: Tensor[] } = { texts: [], images: [] };
  try {
    for await (const rows of passes(items.length, signal)) {
      const text = captionBatch(
        rows.map((row) => items[row]?.caption as string),
        tokenizer,
        model.config.text_seq_len,
      );
      const image = await imageBatch(residentFeatures(features), rows, patches);
      sides.texts.push(tf.tidy(() => encoder.encodeCaptions(text).joint));
      sides.images.push(tf.tidy(() => encoder.projectImages(image)));
    }
    const similarities = tf.tidy(() => tf.matMul(tf.concat(sides.images, 0), tf.concat(sides.texts, 0), false, true));
    const scores = await similarities.data<'float32'>(); // [N images, N texts]
    similarities.dispose();
    const products = sameAnswers(items);
    const found = fullSetRetrieval({ scores, imageProducts: products, textProducts: products });
    const mean = (of: (side: (typeof found)['imageToText']) => number): number =>
      (of(found.imageToText) + of(found.textToImage)) / 2;
    return {
      figures: {
        meanReciprocalRank: mean((side) => side.meanReciprocalRank),
        recall1: mean(({ recalls }) => recalls['1'] / 100),
        recall5: mean(({ recalls }) => recalls['5'] / 100),
        recall10: mean(({ recalls }) => recalls['10'] / 100),
      },
    };
  } finally {
    tf.dispose([...sides.texts, ...sides.images]);
  }
}

/** A number for each item, the same for those of one product or with the same caption: each is a right answer for all. */
function sameAnswers(items: readonly Item[]): number[] {
  const group = items.map((_, row) => row);
  const groupOf = (row: number): number => {
    let at = row;
    while (group[at] !== at) at = group[at] as number;
    return at;
  };
  const first = new Map<string, number>();
  for (const [row, item] of items.entries())
    for (const name of [`product ${productOf(item, row)}`, `caption ${item.caption}`]) {
      const known = first.get(name);
      if (known === undefined) first.set(name, row);
      else group[groupOf(row)] = groupOf(known);
    }
  return items.map((_, row) => groupOf(row));
}
