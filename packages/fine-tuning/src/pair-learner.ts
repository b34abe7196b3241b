import { residentFeatures } from '@kaleido/layout';
import { encoderOf, jointPatches } from '@kaleido/model';
import {
  negativeSampler,
  type ObjectiveSources,
  type StageObjectives,
  stageBatches,
  stageTask,
  type TaskCatalogue,
} from '@kaleido/pretrain-tasks';
import type { Tokenizer } from '@kaleido/tokenizer';
import { replicaService } from '@kaleido/training';
import { interruptible } from './interruptible.ts';
import type { Item, Items } from './items.ts';
import type { Learner, LearnerSetting, Measured } from './task.ts';
import { trainedVariables } from './trained.ts';

/** A task that trains the model's own heads on photographs and their captions. */
export interface PairTask<Figure extends string> {
  /** @param batchSize pairs per step */
  objectives(batchSize: number): StageObjectives;
  /** Tells the model's variables that count as the head. */
  ofHead(name: string): boolean;
  measure(setting: LearnerSetting, validation: Items, signal: AbortSignal | undefined): Promise<Measured<Figure>>;
}

/** Learns by objectives of pre-training. */
export function pairLearner<Figure extends string>(
  task: PairTask<Figure>,
  setting: LearnerSetting,
): Learner<never, Figure> {
  const { model, tokenizer, train, validation, trained, seed, signal } = setting;
  const { config } = model;
  const catalogue = catalogueOf(train.items, tokenizer, config.text_seq_len);
  const negatives = negativeSampler(catalogue);
  const sources: ObjectiveSources = {
    catalogue,
    features: residentFeatures(train.features),
    negatives,
    randomNegatives: negatives,
    vocabulary: {
      size: tokenizer.vocabularySize,
      mask: tokenizer.specialTokenIds.mask,
      firstOrdinary: 1 + Math.max(...Object.values(tokenizer.specialTokenIds)),
    },
    jointPatches: jointPatches(config),
    hiddenPatches: { grey: config.masked_greymask_patch_num, blank: config.masked_blankmask_patch_num },
  };
  const variables = trainedVariables(model, trained, new Map(), (name) => task.ofHead(name));
  return {
    variables,
    head: undefined,
    notes: [],
    missing: {},
    replica(stage, dropoutSeed) {
      const objectives = task.objectives(stage.examplesPerStep);
      const { microBatches } = stage;
      const batches = interruptible(
        stageBatches(objectives, sources, { seed, stage: 'fine-tuning', microBatches }),
        signal,
      );
      return replicaService(stageTask(objectives, encoderOf(model), variables), batches, stage, dropoutSeed);
    },
    measure(stop) {
      if (validation === undefined) throw new RangeError('there are no validation items');
      return task.measure(setting, validation, stop);
    },
    dispose: () => undefined,
  };
}

/** The items as numbers. */
function catalogueOf(items: readonly Item[], tokenizer: Tokenizer, textLength: number): TaskCatalogue {
  const N = items.length;
  const ids = new Int32Array(N * textLength);
  const wordStarts = new Uint8Array(N * textLength);
  const lengths = new Int32Array(N);
  const [products, captions, groups] = [new Int32Array(N), new Int32Array(N), new Int32Array(N)];
  const [productNumber, captionNumber, groupNumber] = [numbering(), numbering(), numbering()];
  for (const [row, item] of items.entries()) {
    const encoded = tokenizer.encode(item.caption as string, { maximumLength: textLength });
    ids.set(encoded.ids, row * textLength);
    wordStarts.set(encoded.wordStarts, row * textLength);
    lengths[row] = encoded.ids.length;
    // An item without a product of its own is one; ids may occur twice.
    products[row] = productNumber(productOf(item, row));
    captions[row] = captionNumber(encoded.ids.join());
    groups[row] = groupNumber(String(item.subcategory || item.category || ''));
  }
  return { rows: N, textLength, ids, wordStarts, lengths, products, captions, groups };
}

/** What two photographs of one product have in common. */
export function productOf({ productId }: Item, row: number): string {
  return typeof productId === 'string' && productId !== '' ? productId : `#${row}`;
}

/** Numbers names in order of first occurrence. */
function numbering(): (name: string) => number {
  const numbers = new Map<string, number>();
  return (name) => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  };
}
