import type { Exam } from './exam.ts';
import type { ObjectiveName } from './objectives.ts';

/** What a visitor may change while it trains. */
export interface PretrainingSettings {
  readonly learningRate: number;
  readonly objectives: readonly ObjectiveName[];
}

/** A held-out garment as the page shows it. */
export interface ShownGarment {
  readonly svg: string;
  readonly caption: string;
  readonly masked: string;
  readonly hidden: string;
}

/** Mean losses after a step, by their names in the trainer's log. */
export interface LossPoint {
  readonly step: number;
  readonly losses: Readonly<Record<string, number>>;
}

/** What happens in a pre-training. */
export type PretrainingEvent =
  | { readonly kind: 'garments'; readonly ready: number; readonly total: number }
  | {
      readonly kind: 'ready';
      readonly shown: readonly ShownGarment[];
      /** The untrained model's answers. */
      readonly exam: Exam;
      readonly baselines: Readonly<Record<string, number>>;
      readonly parameters: number;
      readonly vocabulary: number;
    }
  | {
      readonly kind: 'steps';
      readonly points: readonly LossPoint[];
      /** Steps done in all. */
      readonly step: number;
      /** Of the newest steps, without pauses and exams. */
      readonly stepsPerSecond: number;
      readonly tensors: number;
      /** Of tensors and features. */
      readonly bytes: number;
    }
  | { readonly kind: 'exam'; readonly step: number; readonly exam: Exam }
  /** The loss or a weight became NaN or infinite; the training is back at the weights of an earlier step, and waits. */
  | { readonly kind: 'lost'; readonly step: number; readonly backTo: number; readonly problem: string };
