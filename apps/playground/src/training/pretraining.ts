import { memory } from '@kaleido/backend';
import { inProcess, KaleidoError } from '@kaleido/foundation';
import { residentFeatures } from '@kaleido/layout';
import { encoderOf, jointPatches } from '@kaleido/model';
import type { CreateKaleidoOptions, ImageFile, Kaleido } from '@kaleido/pipeline';
import { negativeSampler, type ObjectiveSources, stageBatches, stageTask } from '@kaleido/pretrain-tasks';
import { replicaService, runStage, type StageMetrics, type StageOptions, type StageState } from '@kaleido/training';
import { baselines } from './baselines.ts';
import { type ExamQuestion, takeExam } from './exam.ts';
import { GarmentTable } from './garment-table.ts';
import { type Collection, drawCollection, type Garment } from './garments.ts';
import { Gate } from './gate.ts';
import { nextTask } from './next-task.ts';
import { type PretrainingSizes, usualSizes } from './sizes.ts';
import { stageObjectives } from './stage-settings.ts';
import type { LossPoint, PretrainingEvent, PretrainingSettings } from './training-events.ts';

export interface PretrainingOptions {
  readonly seed: number;
  readonly sizes?: PretrainingSizes;
  readonly settings: PretrainingSettings;
  /** `createKaleido` of `@kaleido/pipeline`, or of its `node`. */
  readonly createKaleido: (options: CreateKaleidoOptions) => Promise<Kaleido>;
  /** Draws an SVG as a picture file. */
  readonly rasterise: (svg: string) => Promise<ImageFile>;
  readonly tell: (event: PretrainingEvent) => void;
}

/** As in `recipes/tiny-ci.json`. */
const textLength = 48;
const vocabularySize = 600;

/** A training without an end: the rate, which falls to 0 at the last step, stays what the visitor has set. */
const endless = 1_000_000;
/** Steps in which the rate rises from 0. */
const rising = 20;
/** Seconds between two copies of the weights to go back to; copying takes some milliseconds. */
const keepEverySeconds = 3;
/** Milliseconds between two exams, which take about a twentieth of this. */
const examEvery = 2000;
/** Milliseconds between two reports of steps. */
const tellEvery = 100;
/** Milliseconds that a step waits for the next garment while they are being drawn, so that both go on. */
const patience = 40;

/** Weights and moments after a step. */
interface Place {
  readonly step: number;
  readonly state: StageState;
}

/**
 * Pre-trains the `tiny` preset on garments of the atelier, by the one trainer of the packages. A change of the learning
 * rate or of the objectives, and more garments, end a stage after the current step; the next one resumes from its state.
 */
export class Pretraining {
  readonly #options: PretrainingOptions;
  readonly #sizes: PretrainingSizes;
  readonly #gate = new Gate();
  #settings: PretrainingSettings;
  #stage = new AbortController();
  #ended = false;
  #kaleido: Kaleido | undefined;
  #table: GarmentTable | undefined;
  #questions: readonly ExamQuestion[] = [];
  /** Rows that the current stage learns from. */
  #used = 0;
  #points: LossPoint[] = [];
  #toldAt = 0;
  #examAt = 0;
  #examStep = 0;
  /** Resolves when the next garment is there; undefined when all are. */
  #nextGarment: Promise<void> | undefined;
  readonly #speed = new Speedometer();

  constructor(options: PretrainingOptions) {
    this.#options = options;
    this.#sizes = options.sizes ?? usualSizes;
    this.#settings = options.settings;
  }

  /** The model as it is now; undefined until it is there. */
  get kaleido(): Kaleido | undefined {
    return this.#kaleido;
  }

  play(): void {
    this.#gate.play();
  }

  /** Takes effect after the current step. */
  pause(): void {
    this.#gate.pause();
  }

  /** One step, then a pause. */
  step(): void {
    this.#gate.step();
  }

  change(settings: PretrainingSettings): void {
    this.#settings = settings;
    this.#endStage();
  }

  /** Ends the training and frees the model. */
  end(): void {
    this.#ended = true;
    this.#endStage();
  }

  /** Opens a new model and trains it until `end`. */
  async run(): Promise<void> {
    const { seed } = this.#options;
    const collection = await drawCollection(seed, this.#sizes.training, this.#sizes.heldOut);
    const kaleido = await this.#open(collection);
    const rest = this.#drawRest(kaleido, collection.training.slice(this.#sizes.first));
    try {
      await Promise.all([rest, this.#train(kaleido)]);
    } finally {
      this.#ended = true;
      kaleido.dispose();
    }
  }

  async #open({ training, heldOut }: Collection): Promise<Kaleido> {
    const { seed, createKaleido } = this.#options;
    const { first, shown } = this.#sizes;
    const pictures: ImageFile[] = [];
    for (const garment of training.slice(0, first)) {
      pictures.push(await this.#draw(garment));
      this.#tell({ kind: 'garments', ready: pictures.length, total: training.length });
    }
    const kaleido = await createKaleido({
      seed,
      preset: 'tiny',
      captions: training,
      vocabularySize,
      photographs: pictures,
      // Small patches: colours and shapes are all that drawn garments differ in.
      extractor: {
        kind: 'joined',
        parts: [
          { kind: 'pixels', size: 8 },
          { kind: 'colours', cells: 0 },
        ],
      },
      foreground: { kind: 'background-colour', cutOut: true },
      settings: { text_seq_len: textLength, joint_size: 64, attention_initialisation: 'neighbours' },
    });
    this.#kaleido = kaleido;
    const { model, tokenizer, preprocessor } = kaleido;
    const table = new GarmentTable(preprocessor.featureWidth, textLength, tokenizer);
    this.#table = table;
    for (const [index, picture] of pictures.entries())
      table.add(await kaleido.look(picture), training[index] as Garment);
    const questions: ExamQuestion[] = [];
    for (const garment of heldOut) questions.push({ garment, look: await kaleido.look(await this.#draw(garment)) });
    this.#questions = questions;
    let parameters = 0;
    for (const { size } of model.variables.values()) parameters += size;
    this.#tell({
      kind: 'ready',
      shown: heldOut.slice(0, shown).map(({ svg, caption, masked, hidden }) => ({ svg, caption, masked, hidden })),
      exam: await takeExam(kaleido, questions, shown),
      baselines: baselines(table.part(table.rows).catalogue),
      parameters,
      vocabulary: tokenizer.vocabularySize,
    });
    return kaleido;
  }

  /** The garments that are not needed at the beginning, one after the other. Each doubling begins a new stage. */
  async #drawRest(kaleido: Kaleido, rest: readonly Garment[]): Promise<void> {
    const table = this.#table as GarmentTable;
    for (const [index, garment] of rest.entries()) {
      let arrived = (): void => undefined;
      this.#nextGarment = new Promise((resolve) => {
        arrived = resolve;
      });
      const look = await kaleido.look(await this.#draw(garment));
      if (this.#ended) return;
      table.add(look, garment);
      arrived();
      this.#tell({ kind: 'garments', ready: table.rows, total: this.#sizes.training });
      if (table.rows >= 2 * this.#used || index === rest.length - 1) this.#endStage();
    }
    this.#nextGarment = undefined;
  }

  async #train(kaleido: Kaleido): Promise<void> {
    let place = await this.#stand(kaleido, undefined);
    while (!this.#ended) {
      if (!this.#gate.take()) {
        // Asked for before the exam, during which it may change.
        const changed = this.#gate.changed();
        await this.#look(kaleido, place.step);
        await changed;
        continue;
      }
      place = await this.#stand(kaleido, place);
    }
  }

  /**
   * One stage: until it is ended.
   * @param from undefined: only what a training begins with
   */
  async #stand(kaleido: Kaleido, from: Place | undefined): Promise<Place> {
    this.#stage = new AbortController();
    const { signal } = this.#stage;
    if (from === undefined) this.#stage.abort();
    const { learningRate, objectives } = this.#settings;
    const options = stageObjectives(objectives);
    const stage: StageOptions = {
      name: 'live',
      schedule: { steps: endless, learningRate, warmup: rising / endless },
      microBatches: 1,
      examplesPerStep: 1,
    };
    const { seed } = this.#options;
    const source = stageBatches(options, this.#sources(kaleido), { seed, stage: stage.name, microBatches: 1 });
    const service = replicaService(
      stageTask(options, encoderOf(kaleido.model), kaleido.model.trainable()),
      source,
      stage,
      seed,
    );
    let good = from;
    let reached = from?.step ?? 0;
    this.#speed.rest();
    try {
      return await runStage({
        stage,
        workers: inProcess(service),
        logEvery: 1,
        signal,
        ...(from === undefined ? {} : { resume: from }),
        stateEverySeconds: keepEverySeconds,
        onState: (step, state) => {
          good = { step, state };
        },
        onMetrics: async (metrics) => {
          reached = metrics.step;
          await this.#between(kaleido, metrics, signal);
        },
      });
    } catch (error) {
      if (good === undefined || !isNaNError(error)) throw error;
      this.#gate.pause();
      this.#points = [];
      this.#tell({ kind: 'lost', step: reached + 1, backTo: good.step, problem: error.message });
      this.#examStep = -1;
      // The exam is about these weights, before the next stage takes them.
      await service.join({ state: good.state });
      return good;
    } finally {
      await service.close(undefined);
    }
  }

  #sources({ model, tokenizer }: Kaleido): ObjectiveSources {
    const table = this.#table as GarmentTable;
    this.#used = table.rows;
    const { catalogue, features } = table.part(this.#used);
    const { vocabularySize: size, specialTokenIds } = tokenizer;
    const { masked_greymask_patch_num: grey, masked_blankmask_patch_num: blank } = model.config;
    const negatives = negativeSampler(catalogue);
    return {
      catalogue,
      features: residentFeatures(features),
      negatives,
      randomNegatives: negatives,
      vocabulary: { size, mask: specialTokenIds.mask, firstOrdinary: 1 + Math.max(...Object.values(specialTokenIds)) },
      jointPatches: jointPatches(model.config),
      hiddenPatches: { grey, blank },
    };
  }

  /** After each step: reports, and waits while it pauses. */
  async #between(kaleido: Kaleido, { step, losses }: StageMetrics, signal: AbortSignal): Promise<void> {
    this.#speed.step();
    this.#points.push({ step, losses });
    if (performance.now() - this.#toldAt >= tellEvery) this.#tellSteps(step);
    await nextTask();
    if (this.#nextGarment !== undefined) await Promise.race([this.#nextGarment, wait(patience)]);
    if (performance.now() - this.#examAt >= examEvery) await this.#look(kaleido, step);
    while (!signal.aborted && !this.#gate.take()) {
      const changed = this.#gate.changed();
      await this.#look(kaleido, step);
      await changed;
    }
    this.#speed.begin();
  }

  /** Reports what was done, and takes an exam if the weights have changed since the last one. */
  async #look(kaleido: Kaleido, step: number): Promise<void> {
    if (this.#points.length > 0) this.#tellSteps(step);
    if (step === this.#examStep) return;
    this.#examStep = step;
    const exam = await takeExam(kaleido, this.#questions, this.#sizes.shown);
    this.#examAt = performance.now();
    this.#tell({ kind: 'exam', step, exam });
  }

  #tellSteps(step: number): void {
    const { numTensors, bytes } = memory();
    this.#tell({
      kind: 'steps',
      points: this.#points,
      step,
      stepsPerSecond: this.#speed.perSecond,
      tensors: numTensors,
      bytes: bytes + (this.#table?.bytes ?? 0),
    });
    this.#points = [];
    this.#toldAt = performance.now();
  }

  #endStage(): void {
    this.#stage.abort();
    this.#gate.nudge();
  }

  #draw({ svg }: Garment): Promise<ImageFile> {
    return this.#options.rasterise(svg);
  }

  #tell(event: PretrainingEvent): void {
    if (!this.#ended) this.#options.tell(event);
  }
}

/** The trainer's own errors are for losses and weights that are NaN or infinite. */
function isNaNError(error: unknown): error is KaleidoError {
  return KaleidoError.isInstance(error) && error.source === 'training';
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Steps a second of the newest steps; what is between two steps does not count. */
class Speedometer {
  #begun: number | undefined;
  #mean: number | undefined;

  begin(): void {
    this.#begun = performance.now();
  }

  /** The next step is not measured. */
  rest(): void {
    this.#begun = undefined;
  }

  step(): void {
    if (this.#begun === undefined) return;
    const taken = performance.now() - this.#begun;
    this.#mean = this.#mean === undefined ? taken : 0.9 * this.#mean + 0.1 * taken;
  }

  get perSecond(): number {
    return this.#mean === undefined ? 0 : 1000 / this.#mean;
  }
}
