import { cpSync, mkdtempSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Evaluation } from '@kaleido/eval';
import { encodeSafetensors, float32Tensor } from '@kaleido/foundation';
import { presetSize } from '@kaleido/model';
import { bertPlaces } from '@kaleido/model/node';
import { openKaleido } from '@kaleido/pipeline/node';
import type { Recipe } from '@kaleido/recipe-schema';
import type { RunCheckpoint } from '@kaleido/runs';
import { lockFile } from '@kaleido/runs/node';
import { specialTokens } from '@kaleido/tokenizer';
import { microRecipe } from '../test/micro-recipe.ts';
import { runsIn } from '../test/runs-in.ts';
import { evaluateRunRecognition } from './evaluate-run-recognition.ts';
import { evaluateRunRetrieval } from './evaluate-run-retrieval.ts';
import { RunFolder } from './run-folder.ts';

// Seconds each on an idle machine; tests of other packages may run at the same time.
jest.setTimeout(240_000);

const recipe = microRecipe();
const folder = mkdtempSync(join(tmpdir(), 'run-recipe-'));
afterAll(() => rm(folder, { recursive: true }));
const { run, stopAfter, metricsOf, learned, bytesOf } = runsIn(folder);

describe('runRecipe', () => {
  it('runs from start to end', async () => {
    const result = await run('whole');
    expect(result).toMatchObject({ kind: 'finished', report: join(folder, 'whole', 'report.html') });
    expect((await readdir(join(folder, 'whole'))).sort()).toEqual([
      'README.md',
      'caption-counts.safetensors',
      'config.json',
      'evaluation.json',
      'finetuned',
      'metrics.jsonl',
      'model.safetensors',
      'preprocessor.json',
      'recipe.json',
      'report.html',
      'run.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);

    const evaluation = JSON.parse((await bytesOf('whole', 'evaluation.json')).toString()) as Required<Evaluation>;
    expect(evaluation).toEqual(JSON.parse(JSON.stringify(result.evaluation)));
    const recalls = { '1': expect.any(Number), '5': expect.any(Number), '10': 100 }; // 8 candidates
    expect(evaluation.retrieval).toMatchObject({
      imageToText: recalls,
      textToImage: recalls,
      sumR: expect.any(Number),
      scorer: 'combined',
      matchingWeight: expect.any(Number),
    });
    expect(Object.keys(evaluation.retrieval.scorers ?? {})).toEqual(['combined', 'embeddings', 'matching']);
    const figures = { accuracy: expect.any(Number), macroF1: expect.any(Number) };
    expect(evaluation.recognition).toMatchObject({ category: figures, 'category:image': figures });
    for (const puzzle of ['rotation', 'jigsaw', 'camouflage'] as const) {
      expect(evaluation.puzzles[puzzle]).toBeGreaterThanOrEqual(0);
      expect(evaluation.puzzles[puzzle]).toBeLessThanOrEqual(100);
    }

    // The run and each classifier are complete model folders.
    for (const place of ['whole', 'whole/finetuned/image']) {
      const opened = await openKaleido(join(folder, place));
      const [vector] = await opened.embedCaptions(['a red shirt']);
      expect(vector).toHaveLength(16);
      expect(opened.classifier?.options.fields[0]?.name).toBe(place === 'whole' ? undefined : 'category');
      opened.dispose();
    }

    const metrics = await metricsOf('whole');
    expect([...new Set(metrics.map(({ stage }) => stage))]).toEqual([
      'contrastive',
      'pre-training',
      'fine-tuning (image)',
    ]);
    const losses = metrics.filter(({ stage }) => stage === 'contrastive').map((line) => line.losses.loss as number);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-3))).toBeLessThan(mean(losses.slice(0, 3)));
  });

  it('standardises no feature by less than a tenth of the average deviation', async () => {
    const { weights } = await new RunFolder(join(folder, 'whole')).weights();
    const deviation = weights.get('kaleido/feature_deviation') as Float32Array;
    const average = deviation.reduce((sum, value) => sum + value, 0) / deviation.length;
    const least = Math.min(...deviation);
    expect(least).toBeGreaterThan(0.07 * average);
    // Most of the 64 colours occur rarely or never.
    expect(deviation.filter((value) => value === least).length).toBeGreaterThan(5);
  });

  it('gives bit-identical weights with any number of threads', async () => {
    await run('again', { threads: 1 });
    expect((await bytesOf('again')).equals(await bytesOf('whole'))).toBe(true);
    // The log's means are summed in another order, which changes their last digit.
    const [again, whole] = [await metricsOf('again'), await metricsOf('whole')];
    expect(again.map(({ stage, step }) => [stage, step])).toEqual(whole.map(({ stage, step }) => [stage, step]));
    for (const [index, { losses }] of again.entries())
      expect(losses.loss).toBeCloseTo(whole[index]?.losses.loss as number, 4);
  });

  it('resumes after a stop in any stage, with bit-identical losses and weights', async () => {
    expect(await stopAfter('stopped', 'contrastive', 5)).toEqual({ kind: 'interrupted' });
    expect(await readdir(join(folder, 'stopped'))).toContain('checkpoint.safetensors');
    // Other products with the same recipe: the weights so far were not trained on them.
    const other = { ...recipe, data: { ...recipe.data, products: 95 } };
    await writeFile(join(folder, 'stopped/recipe.json'), JSON.stringify(other));
    await expect(run('stopped', { recipe: other })).rejects.toThrow(
      /^@kaleido\/recipes: the run in .*stopped was started with other products, and cannot resume with these/,
    );
    await writeFile(join(folder, 'stopped/recipe.json'), JSON.stringify(recipe));
    expect(await stopAfter('stopped', 'pre-training', 3)).toEqual({ kind: 'interrupted' });
    const state = ['checkpoint.safetensors', 'hard-negatives.safetensors'];
    expect(await readdir(join(folder, 'stopped'))).toEqual(expect.arrayContaining(state));
    expect(await stopAfter('stopped', 'fine-tuning (image)', 2)).toEqual({ kind: 'interrupted' });
    expect(await run('stopped')).toMatchObject({ kind: 'finished' });
    expect((await bytesOf('stopped')).equals(await bytesOf('whole'))).toBe(true);
    const classifier = 'finetuned/image/classifier.safetensors';
    expect((await bytesOf('stopped', classifier)).equals(await bytesOf('whole', classifier))).toBe(true);
    expect(learned(await metricsOf('stopped'))).toEqual(learned(await metricsOf('whole')));
    expect((await readdir(join(folder, 'stopped'))).sort()).toEqual((await readdir(join(folder, 'whole'))).sort());
  });

  it('loses little when killed, nothing when it fails, and ends at the same weights', async () => {
    const said: string[] = [];
    const failed = run('failed', {
      saveEverySeconds: 0,
      onMessage: (message) => said.push(message),
      onMetrics: ({ stage, step }) => {
        if (stage !== 'pre-training' || step !== 4) return;
        // The files that a process killed here leaves.
        cpSync(join(folder, 'failed'), join(folder, 'killed'), {
          recursive: true,
          // Its lock would name this process, which is still running.
          filter: (path) => basename(path) !== lockFile,
        });
        throw new Error('failed');
      },
    });
    await expect(failed).rejects.toThrow('failed');
    expect(said.at(-1)).toBe(
      'failed; the saved state is kept, and the same command resumes from it: stage 2 of 2, step 4 of 8',
    );
    for (const [out, saved] of [
      ['killed', 3],
      ['failed', 4],
    ] as const) {
      const steps: [string, number][] = [];
      const messages: string[] = [];
      const result = await run(out, {
        onMetrics: ({ stage, step }) => void steps.push([stage, step]),
        onMessage: (message) => messages.push(message),
      });
      expect(result).toMatchObject({ kind: 'finished' });
      expect(messages).toContain(`resumes at stage 2 of 2, step ${saved}`);
      expect(steps[0]).toEqual(['pre-training', saved + 1]);
      expect((await bytesOf(out)).equals(await bytesOf('whole'))).toBe(true);
      expect(learned(await metricsOf(out))).toEqual(learned(await metricsOf('whole')));
    }
  });

  it('keeps the last finite weights where a step gives NaN', async () => {
    const [first, ...later] = recipe.stages;
    const steep = { ...recipe, stages: [first, { ...later[0], learningRate: 1e30 }] } as Recipe;
    const said: string[] = [];
    const failing = run('steep', { recipe: steep, saveEverySeconds: 0, onMessage: (message) => said.push(message) });
    await expect(failing).rejects.toThrow(
      /^@kaleido\/training: the loss is (NaN|infinite) after step .*; lower the learning rate/,
    );
    expect(said.at(-1)).toMatch(/^failed; the saved state is kept.*: stage 2 of 2, step \d of 8$/);
    const { weights } = (await new RunFolder(join(folder, 'steep')).checkpoint(steep)) as RunCheckpoint;
    for (const values of weights.values()) expect(values.every(Number.isFinite)).toBe(true);
  });

  it('starts from the word embeddings and layers of a BERT if told to, and lists them', async () => {
    const { config } = await new RunFolder(join(folder, 'whole')).weights();
    const { vocab_size, hidden_size, intermediate_size, num_hidden_layers, num_attention_heads } = config;
    const sizes = { vocab_size, hidden_size, intermediate_size, num_hidden_layers, num_attention_heads };
    const bert = { ...sizes, max_position_embeddings: 512, type_vocab_size: 2 };
    const write = async (name: string, values: object): Promise<string> => {
      const path = join(folder, name);
      await mkdir(path);
      await writeFile(
        join(path, 'config.json'),
        JSON.stringify({ ...values, model_type: 'bert', hidden_act: 'gelu_new' }),
      );
      const tensors = [...bertPlaces({ ...bert, ...values, hidden_act: 'gelu_tanh' })].map(([tensor, { shape }]) => {
        const size = shape.reduce((product, length) => product * length, 1);
        return [tensor, float32Tensor(new Float32Array(size).fill(0.01), shape)] as const;
      });
      await writeFile(join(path, 'model.safetensors'), encodeSafetensors(tensors));
      return path;
    };
    const [first] = recipe.stages;
    const from = (path: string): Recipe => ({
      ...recipe,
      model: { ...recipe.model, bert: path },
      stages: [{ ...first!, steps: 1, learningRate: 1e-9 }],
      fineTuning: undefined,
    });
    const said: string[] = [];
    await run('from-bert', { recipe: from(await write('bert', bert)), onMessage: (message) => said.push(message) });
    expect(said.some((message) => /^\d+ of \d+ variables are those of the BERT .*bert$/.test(message))).toBe(true);
    expect(said).toContainEqual(
      expect.stringMatching(/not taken from it: cls\/seq_relationship\/output_weights: it tells/),
    );
    const { weights } = await new RunFolder(join(folder, 'from-bert')).weights();
    expect(weights.get('bert/embeddings/word_embeddings')![7]).toBeCloseTo(0.01, 6);
    const wrong = from(await write('other-bert', { ...bert, hidden_size: 32 }));
    await expect(run('from-other', { recipe: wrong })).rejects.toThrow(
      /another hidden_size than the model, which has 64/,
    );
    await expect(run('from-none', { recipe: from(join(folder, 'no-bert')) })).rejects.toThrow(/cannot be read/);
  });

  it("stores a BERT's tokenizer and its settings with the model, and is evaluated with it", async () => {
    const bert = join(folder, 'cased-bert');
    await mkdir(bert);
    const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
    const pieces = [...specialTokens, ...letters, ...letters.map((letter) => `##${letter}`), ',', '.', '-'];
    await writeFile(join(bert, 'vocab.txt'), `${pieces.join('\n')}\n`);
    await writeFile(join(bert, 'tokenizer_config.json'), JSON.stringify({ do_lower_case: false }));
    const { hidden_size, intermediate_size, num_hidden_layers, num_attention_heads } = presetSize('tiny');
    const sizes = {
      ...{ hidden_size, intermediate_size, num_hidden_layers, num_attention_heads },
      ...{ vocab_size: pieces.length, max_position_embeddings: 64, type_vocab_size: 2 },
    };
    await writeFile(join(bert, 'config.json'), JSON.stringify({ ...sizes, model_type: 'bert', hidden_act: 'gelu' }));
    const tensors = [...bertPlaces({ ...sizes, hidden_act: 'gelu_erf' })]
      .filter(([name]) => !/^(pooler|cls)/.test(name))
      .map(([name, { shape }]) => {
        const size = shape.reduce((product, length) => product * length, 1);
        return [`bert.${name}`, float32Tensor(new Float32Array(size).fill(0.01), shape)] as const;
      });
    const head = float32Tensor(new Float32Array(2), [2]);
    await writeFile(
      join(bert, 'model.safetensors'),
      encodeSafetensors([...tensors, ['classifier.bias', head] as const]),
    );
    const said: string[] = [];
    const [first] = recipe.stages;
    const cased: Recipe = {
      ...recipe,
      tokenizer: { kind: 'file', path: bert },
      model: { ...recipe.model, bert },
      stages: [{ ...first!, steps: 1 }],
      fineTuning: undefined,
    };
    const { evaluation } = await run('cased', { recipe: cased, onMessage: (message) => said.push(message) });
    expect(said).toEqual(
      expect.arrayContaining([
        `vocabulary ${bert}: ${pieces.length} pieces; capitals are kept, accents kept: as tokenizer_config.json says`,
        '  not taken from it: classifier.bias: a head of a task, not of the BERT',
        expect.stringMatching(/^ {2}newly initialised, as the BERT has none: bert\/pooler\/dense\/kernel, /),
      ]),
    );
    const config = JSON.parse((await bytesOf('cased', 'tokenizer_config.json')).toString());
    expect(config).toMatchObject({ do_lower_case: false });
    const options = { run: join(folder, 'cased'), cache: join(folder, 'cache'), backend: 'wasm', threads: 2 } as const;
    expect((await evaluateRunRetrieval(options)).retrieval).toEqual(JSON.parse(JSON.stringify(evaluation?.retrieval)));
  });

  it('stops during evaluation, and resumes with the classifiers it has', async () => {
    const stop = new AbortController();
    const reason = new Error('Ctrl-C');
    const stopped = run('measured', {
      signal: stop.signal,
      onPart: (part) => {
        if (part === 'retrieval') stop.abort(reason);
      },
    });
    await expect(stopped).rejects.toBe(reason);
    expect(await readdir(join(folder, 'measured'))).not.toContain('evaluation.json');
    const parts: string[] = [];
    const result = await run('measured', { onPart: (part) => parts.push(part) });
    expect(parts.filter((part) => /contrastive|tuning|pre-training/.test(part))).toEqual([]);
    const evaluation = JSON.parse((await bytesOf('whole', 'evaluation.json')).toString()) as Evaluation;
    expect(JSON.parse(JSON.stringify(result.evaluation))).toEqual(evaluation);
    expect((await bytesOf('measured', 'report.html')).toString()).toContain('Fine-tuning on image');
    expect((await readdir(join(folder, 'measured'))).sort()).toEqual((await readdir(join(folder, 'whole'))).sort());
  });

  it('refuses, before training, what it could not finish, and writes nothing', async () => {
    const fineTuning = { ...recipe.fineTuning!, fields: ['size'] };
    await expect(run('refused', { recipe: { ...recipe, fineTuning } })).rejects.toThrow(
      /^@kaleido\/fine-tuning: a classifier of "size" needs at least two different labels/,
    );
    const evaluation = { ...recipe.evaluation, candidates: 1 };
    await expect(run('refused', { recipe: { ...recipe, evaluation } })).rejects.toThrow(
      /^@kaleido\/eval: candidates of candidate lists must be a whole number from 2 up, found 1/,
    );
    const tokenizer = { kind: 'file', path: 'no-such-vocab.txt' } as const;
    await expect(run('refused', { recipe: { ...recipe, tokenizer } })).rejects.toThrow(
      /^@kaleido\/recipes: cannot read the vocabulary no-such-vocab\.txt, found "ENOENT"/,
    );
    const model = { ...recipe.model, settings: { ...recipe.model.settings, vocab_size: 9 } };
    await expect(run('refused', { recipe: { ...recipe, model } })).rejects.toThrow(
      /^@kaleido\/recipe-schema: model\.settings of the recipe micro cannot decide "vocab_size", found 9/,
    );
    expect(await readdir(folder)).not.toContain('refused');
  });

  it('leaves a finished run unchanged, unless told to overwrite it and all checks have passed', async () => {
    const place = join(folder, 'finished');
    cpSync(join(folder, 'whole'), place, { recursive: true });
    await writeFile(join(place, 'notes.txt'), 'mine');
    const content = async (): Promise<string[]> =>
      Promise.all(
        (await readdir(place, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map(({ parentPath, name }) => join(parentPath, name))
          .sort()
          .map(async (path) => `${path} ${(await readFile(path)).toString('base64')}`),
      );
    const before = await content();
    const parts: string[] = [];
    const result = await run('finished', { onPart: (part) => parts.push(part) });
    expect(result).toMatchObject({ finishedBefore: expect.any(String), report: join(place, 'report.html') });
    expect(result.evaluation?.retrieval).toBeDefined();
    expect(parts).toEqual([]);
    const [first] = recipe.stages;
    const other: Recipe = { ...recipe, name: 'other', stages: [{ ...first!, steps: 2 }], fineTuning: undefined };
    await expect(run('finished', { recipe: other })).rejects.toThrow(
      /holds a finished run of the recipe micro, which is another recipe than other; pass another --out .*--overwrite/,
    );
    const tooSmall = { ...other, data: { ...recipe.data, retrieval: 1 } };
    await expect(run('finished', { recipe: tooSmall, overwrite: true })).rejects.toThrow(/@kaleido/);
    expect(await content()).toEqual(before);
    const said: string[] = [];
    const begun = await run('finished', { recipe: other, overwrite: true, onMessage: (message) => said.push(message) });
    expect(begun).toMatchObject({ kind: 'finished', report: join(place, 'report.html') });
    expect(said).toContain(`removes a finished run of the recipe micro from ${place}, as --overwrite says`);
    expect(await readdir(place)).toContain('notes.txt');
    expect(await readdir(place)).not.toContain('finetuned');
    expect((await metricsOf('finished')).map(({ step }) => step)).toEqual([1, 2]);
  });

  it('allows one process at a time in a folder', async () => {
    const [first, second] = await Promise.allSettled([run('shared', { recipe }), run('shared', { recipe })]);
    expect([first, second]).toContainEqual({
      status: 'fulfilled',
      value: expect.objectContaining({ kind: 'finished' }),
    });
    expect([first, second]).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ message: expect.stringMatching(/another process is writing to .*shared/) }),
    });
  });

  it('has the same figures when evaluated from its folder', async () => {
    const evaluation = JSON.parse((await bytesOf('whole', 'evaluation.json')).toString()) as Evaluation;
    const options = { run: join(folder, 'whole'), cache: join(folder, 'cache'), backend: 'wasm', threads: 2 } as const;
    expect((await evaluateRunRetrieval(options)).retrieval).toEqual(evaluation.retrieval);
    expect((await evaluateRunRecognition(options)).recognition).toEqual(evaluation.recognition);
  });
});
