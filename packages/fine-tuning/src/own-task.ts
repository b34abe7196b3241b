import { ops, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { headInputSize } from '@kaleido/model';
import { hasInputs, needed } from './caption-batch.ts';
import { headLearner } from './head-learner.ts';
import { type HeadSettings, headSettings, refuseSetting } from './head-settings.ts';
import { assertSome, type Item } from './items.ts';
import { newOwnHead, type OwnHeadShape } from './own-head.ts';
import type { FineTuneTask } from './task.ts';
import type { TaskHead } from './task-head.ts';

/**
 * A head: the number of its outputs for a linear layer, or layers of any shape with a function that computes the outputs.
 */
export type OwnHead =
  | number
  | {
      /**
       * The shape of each layer's weights. Those of one dimension start at 0, the others at random, with a deviation of
       * 1 / sqrt(their first length).
       * @param width what the head reads of an item, W
       */
      layers(width: number): Readonly<Record<string, readonly number[]>>;
      /**
       * The head's outputs, [B, outputs]; tensors in between are freed.
       * @param input [B, W]
       * @param layers weights by name
       */
      compute(input: Tensor, layers: Readonly<Record<string, Tensor>>): Tensor;
    };

export interface OwnTaskSettings<Record, Target, Result extends object, Figure extends string>
  extends Omit<HeadSettings, 'hiddenSize' | 'head'> {
  /** Its name in messages and in a saved folder: letters, digits, `-`, `_`. */
  readonly name: string;
  /** What an item teaches. Undefined: the item is left out and counted. */
  target(record: Record): Target | undefined;
  readonly head: OwnHead;
  /**
   * The loss, a scalar, of a batch. It must be differentiable: use `tf` and `ops` of `@kaleido/backend`.
   * @param outputs [B, outputs]
   * @param targets of the B items
   */
  loss(outputs: Tensor, targets: readonly Target[]): Tensor;
  /** As `head` of the other tasks: what the head reads. Default `cls-and-means`. */
  readonly reads?: HeadSettings['head'];
  /** What a photograph's outputs mean: the keys that a prediction has beside `id`. @param outputs of one item */
  predict(outputs: Float32Array): Result;
  /** Further figures on validation items, higher is better; the first chooses the best weights. Default: the loss does. */
  readonly figures?: { readonly [Name in Figure]: (results: readonly Result[], targets: readonly Target[]) => number };
}

/** What `openKaleido(folder, { task })` needs of a task to open a model that was saved with it. */
export interface OpensHead<Result> {
  readonly name: string;
  /** @internal */
  readonly shape: OwnHeadShape<Result>;
}

/** A task by `defineTask`. */
export interface OwnTask<Record, Result extends object, Figure extends string>
  extends FineTuneTask<Record, Result & { readonly id: string }, Figure | 'loss'>,
    OpensHead<Result & { readonly id: string }> {}

/**
 * A task of your own: what an item teaches, a head, a loss, and what the outputs mean. Training, early stopping, saving
 * and predictions are those of the other tasks.
 * @throws KaleidoError for settings out of range
 */
export function defineTask<Record, Target, Result extends object, Figure extends string = never>(
  settings: OwnTaskSettings<Record, Target, Result, Figure>,
): OwnTask<Record, Result, Figure> {
  const { name, target, head, loss, predict, figures } = settings;
  if (!/^[\w-]+$/.test(name))
    throw refuseSetting('the name of a task must be letters, digits, - and _', name, 'use a name such as "price"');
  if (typeof head === 'number' && !(Number.isInteger(head) && head >= 1))
    throw refuseSetting('a head must have at least one output', head, 'give the number of outputs');
  if (figures !== undefined && 'loss' in figures)
    throw refuseSetting('the figure "loss" is that of the loss itself', 'loss', 'name yours otherwise');
  const { inputs, dropout, reads } = settings;
  const { hiddenSize: _, ...input } = headSettings({
    ...(inputs === undefined ? {} : { inputs }),
    ...(dropout === undefined ? {} : { dropout }),
    ...(reads === undefined ? {} : { head: reads }),
  });
  const needs = needed(`a target of "${name}"`, input.inputs);
  const shape: OwnHeadShape<Result & { readonly id: string }> = {
    name,
    input,
    dropout: input.dropout,
    layers: (width) => (typeof head === 'number' ? { kernel: [width, head], bias: [head] } : head.layers(width)),
    compute: typeof head === 'number' ? linear : head.compute,
    predict: (id, outputs) => ({ ...predict(outputs), id }),
  };
  const named = Object.entries(figures ?? {}) as [
    Figure,
    (results: readonly Result[], targets: readonly Target[]) => number,
  ][];
  type Name = Figure | 'loss';
  const directions = Object.fromEntries([
    ...named.map(([figure]) => [figure, 'higher']),
    ['loss', 'lower'],
  ]) as globalThis.Record<Name, 'higher' | 'lower'>;
  const targetOf = (item: Item): Target | undefined => target(item as unknown as Record);
  return {
    name,
    shape,
    figures: directions,
    usualFigure: named[0]?.[0] ?? 'loss',
    needs,
    settings: { name, input, head: typeof head === 'number' ? head : 'own layers' },
    has(item) {
      return hasInputs(item, input.inputs) && target(item) !== undefined;
    },
    async learner(setting) {
      const { model, train, validation, seed } = setting;
      assertSome(train, 'train on', needs);
      const targets = train.items.map((item) => targetOf(item) as Target);
      const validationTargets = validation?.items.map((item) => targetOf(item) as Target) ?? [];
      /** The loss of all validation items at once: outputs are small. */
      const lossOf = async (values: Float32Array, each: number, of: readonly Target[]): Promise<number> => {
        const scalar = tf.tidy(() => loss(tf.tensor(values, [of.length, each]), of));
        const [found] = await scalar.data<'float32'>();
        scalar.dispose();
        return found as number;
      };
      const built = newOwnHead(shape, headInputSize(input, model.config), seed);
      assertLearns(name, built, headInputSize(input, model.config), (outputs) => loss(outputs, targets.slice(0, 1)));
      return headLearner(
        {
          head: built,
          notes: [],
          missing: {},
          loss: ([outputs], rows) =>
            loss(
              outputs as Tensor,
              rows.map((row) => targets[row] as Target),
            ),
          async measure([outputs]) {
            const values = outputs as Float32Array;
            const each = values.length / validationTargets.length;
            const results = validationTargets.map((_, row) => predict(values.slice(row * each, (row + 1) * each)));
            const measured = named.map(([figure, of]) => [figure, of(results, validationTargets)] as const);
            const value = await lossOf(values, each, validationTargets);
            return {
              figures: Object.fromEntries([...measured, ['loss', value]]) as globalThis.Record<Name, number>,
            };
          },
        },
        setting,
      );
    },
  };
}

/** @throws KaleidoError for a loss that does not depend on the head's outputs, e.g. of values that were read from them */
function assertLearns(name: string, head: TaskHead<unknown>, width: number, loss: (outputs: Tensor) => Tensor): void {
  let learns = false;
  try {
    tf.tidy(() => {
      const computed = (): Tensor => loss(head.outputs(tf.zeros([1, width]))[0] as Tensor);
      const { gradients, value } = valueAndGradients(computed, [...head.variables.values()]);
      learns = [...gradients.values()].some((gradient) => gradient !== null);
      return value;
    }).dispose();
    if (learns) return;
    throw refuseSetting(
      `the loss of "${name}" does not depend on the outputs, so that nothing can be learned`,
      'no gradient',
      'compute it from the outputs by tf and ops of @kaleido/backend, without reading their values',
    );
  } catch (error) {
    head.dispose();
    throw error;
  }
}

function linear(input: Tensor, { kernel, bias }: Readonly<Record<string, Tensor>>): Tensor {
  return ops.linear(input, kernel as Tensor, bias);
}
