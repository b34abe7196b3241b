import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { createKaleido, openKaleido } from '@kaleido/pipeline/node';
import sharp from 'sharp';
import { Pretraining } from './pretraining.ts';
import type { PretrainingEvent, PretrainingSettings } from './training-events.ts';

const sizes = { training: 64, heldOut: 4, shown: 2, first: 40 };
const rasterise = async (svg: string): Promise<Uint8Array> => sharp(Buffer.from(svg)).png().toBuffer();

let running: { readonly training: Pretraining; readonly done: Promise<void> } | undefined;

/** A training in this process, with what it tells. */
function begin(settings: Partial<PretrainingSettings> = {}, seed = 1) {
  const events: PretrainingEvent[] = [];
  let heard = (): void => undefined;
  const training = new Pretraining({
    seed,
    sizes,
    settings: { learningRate: 0.003, objectives: ['contrastive'], ...settings },
    createKaleido,
    rasterise,
    tell(event) {
      events.push(event);
      heard();
    },
  });
  const done = training.run();
  running = { training, done };
  /** The first event that fits, from the given one on. */
  const until = async <Kind extends PretrainingEvent['kind']>(
    kind: Kind,
    fits: (event: Extract<PretrainingEvent, { kind: Kind }>) => boolean = () => true,
    from = 0,
  ): Promise<Extract<PretrainingEvent, { kind: Kind }>> => {
    for (;;) {
      const found = events
        .slice(from)
        .find((event) => event.kind === kind && fits(event as Extract<PretrainingEvent, { kind: Kind }>));
      if (found !== undefined) return found as Extract<PretrainingEvent, { kind: Kind }>;
      await Promise.race([
        new Promise<void>((resolve) => {
          heard = resolve;
        }),
        done,
      ]);
    }
  };
  const steps = () => events.flatMap((event) => (event.kind === 'steps' ? event.points : []));
  return { training, events, until, steps, done };
}

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});
afterEach(async () => {
  running?.training.end();
  await running?.done;
});

describe('a live pre-training', () => {
  it('learns to find captions of garments that it has not seen, with a flat number of tensors', async () => {
    const { training, until, steps } = begin();
    const ready = await until('ready');
    expect(ready.shown).toHaveLength(2);
    expect(ready.shown[0]!.masked).toBe(ready.shown[0]!.caption.replace(ready.shown[0]!.hidden, '[MASK]'));
    expect(ready.exam.guesses.every((guesses) => guesses.length === 3)).toBe(true);
    training.play();
    const first = await until('steps', ({ step }) => step > 30);
    const last = await until('steps', ({ step }) => step > 120);
    expect(last.tensors).toBe(first.tensors);
    training.pause();
    const points = steps();
    expect(points.map(({ step }) => step)).toEqual(points.map((_, index) => index + 1));
    const mean = (part: typeof points): number =>
      part.reduce((sum, { losses }) => sum + losses.contrastive!, 0) / part.length;
    expect(points[0]!.losses.contrastive).toBeGreaterThan(0.8 * ready.baselines.contrastive!);
    expect(mean(points.slice(-10))).toBeLessThan(0.5 * ready.baselines.contrastive!);
  });

  it('pauses within a step, and takes one step at a time', async () => {
    const { training, until, steps, events } = begin();
    await until('ready');
    training.step();
    await until('steps', ({ step }) => step === 1);
    await until('exam', ({ step }) => step === 1);
    training.step();
    training.step();
    await until('exam', ({ step }) => step === 3);
    training.play();
    await until('steps', ({ step }) => step > 5);
    const before = steps().length;
    training.pause();
    const from = events.length;
    const { step } = await until('exam', () => true, from);
    expect(step - before).toBeLessThanOrEqual(8);
    expect(steps().at(-1)!.step).toBe(step);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(steps().at(-1)!.step).toBe(step);
  });

  it('goes on with other objectives and another rate from the same weights', async () => {
    const { training, until, steps } = begin();
    await until('ready');
    training.step();
    await until('exam', ({ step }) => step === 1);
    training.change({ learningRate: 0.001, objectives: ['words', 'tasks'] });
    training.step();
    await until('exam', ({ step }) => step === 2);
    const names = steps().map(({ losses }) => Object.keys(losses));
    expect(names[0]).toEqual(['loss', 'contrastive', 'contrastiveMeans']);
    expect(names[1]).toContain('words');
    expect(names[1]).toContain('rotation');
    expect(names[1]).not.toContain('contrastive');
  });

  it('goes back to its last good weights when the loss is NaN', async () => {
    const { training, until, events } = begin();
    await until('ready');
    training.step();
    await until('exam', ({ step }) => step === 1);
    training.change({ learningRate: 1e38, objectives: ['contrastive'] });
    training.play();
    const { step, backTo } = await until('lost');
    expect(backTo).toBe(1);
    expect(step).toBeGreaterThan(1);
    const exams = events.filter((event) => event.kind === 'exam');
    const from = events.length;
    const again = await until('exam', () => true, from);
    expect(again).toEqual(exams.findLast((event) => event.kind === 'exam' && event.step === 1));
    training.change({ learningRate: 0.001, objectives: ['contrastive'] });
    training.step();
    const next = await until('steps', () => true, from);
    expect(next.step).toBe(2);
    expect(Number.isFinite(next.points[0]!.losses.loss)).toBe(true);
  });

  it('is the same for the same seed, and gives a folder that opens', async () => {
    const losses: number[] = [];
    for (let run = 0; run < 2; run++) {
      const { training, until, steps, done } = begin({}, 7);
      await until('garments', ({ ready }) => ready === sizes.training);
      training.step();
      await until('exam', ({ step }) => step === 1);
      losses.push(steps()[0]!.losses.loss!);
      if (run === 1) {
        const files = await training.kaleido!.toFiles();
        expect(files.map(({ name }) => name)).toContain('model.safetensors');
        const opened = await openKaleido(files);
        expect((await opened.embedCaptions(['a red dress']))[0]).toHaveLength(64);
        opened.dispose();
      }
      training.end();
      await done;
    }
    expect(losses[0]).toBe(losses[1]);
  });
});
