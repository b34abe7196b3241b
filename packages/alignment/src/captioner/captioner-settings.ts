import { z } from 'zod';
import { captionerNetworkSchema } from '../show-attend-tell/show-attend-tell-config.ts';

const count = z.number().int().positive();

/** The paper's Attention-based Alignment Generator (3.3), as a recipe has it. */
export const captionerSettingsSchema = z
  .strictObject({
    kind: z.literal('captioner'),
    /** About 4 minutes of two cores with wasm, at 0.4 core seconds a step; 13,000 captions are seen 5 times. */
    steps: count.default(1000),
    /** As in the code of Xu et al. for COCO. */
    batchSize: count.default(64),
    /** Ten times Adam's usual rate for BERT's layers: an LSTM of 256 learns stably with it, and steps are few. */
    learningRate: z.number().positive().default(0.002),
    /** Share of the steps in which the rate rises; as the stages of recipes. */
    warmup: z.number().min(0).max(1).default(0.08),
    /** As the stages of recipes. */
    weightDecay: z.number().nonnegative().default(0.01),
    /** Parts of a step, one per thread; 2, as the smallest machines have two cores. */
    microBatches: count.default(2),
    /** Of the first weights, the order of the captions and dropout; the same settings give the same aligner. */
    seed: z.number().int().default(1),
    /** Widths, dropout and penalty; their defaults and reasons stand at `ShowAttendTellConfig`. */
    network: captionerNetworkSchema.prefault({}),
    /** How captions are written. Greedy: a beam of 4 takes four times as long. */
    search: z.enum(['greedy', 'beam']).default('greedy'),
    /**
     * The captions whose maps are used. `generated`, as in the paper: those that the captioner writes, where they have a
     * word in common with the product's own. `given`: the product's own, read under teacher forcing; every word has a map.
     */
    words: z.enum(['generated', 'given']).default('generated'),
    /** Share of the best patch's attention that another patch of its level needs; as with discriminants. */
    keep: z.number().min(0).max(1).default(0.8),
    /** Of a level, for one word: as many as guided masking hides of the smallest ones (paper 3.4). */
    mostPatches: count.default(3),
    /** Attention in a level's best patch, as a multiple of an even map's; 1.2 leaves out maps that name no place. */
    leastAttention: z.number().nonnegative().default(1.2),
  })
  .refine(({ batchSize, microBatches }) => batchSize % microBatches === 0, {
    path: ['batchSize'],
    message: 'must be a multiple of microBatches',
  });

export type CaptionerSettings = Readonly<z.infer<typeof captionerSettingsSchema>>;
