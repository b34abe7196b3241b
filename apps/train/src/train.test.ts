import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { StageMetrics } from '@kaleido/training';
import { packTar } from 'modern-tar';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const recipes = fileURLToPath(new URL('../../../recipes/', import.meta.url));

// Under a minute on two idle cores; tests of other packages may run in parallel.
jest.setTimeout(300_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

interface Started extends Promise<Outcome> {
  /** Resolves when the text appears on standard output, or the process has ended. */
  said(text: RegExp): Promise<void>;
  /** Like Ctrl-C. */
  interrupt(): void;
}

/** Runs the built command as a user does from a folder. */
function train(...given: readonly string[]): Started {
  const child = spawn(process.execPath, [main, ...given], { env: { ...process.env, INIT_CWD: folder } });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (errors += text));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, errors }));
  });
  return Object.assign(outcome, {
    said: (text: RegExp) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (text.test(output)) resolve();
        };
        child.stdout.on('data', look);
        child.on('close', () => resolve());
        look();
      }),
    interrupt: () => void child.kill('SIGINT'),
  });
}

describe('train with recipes/tiny-ci.json', () => {
  const out = (name: string): Promise<string> => readFile(join(folder, 'out', name), 'utf8');

  it('finishes, reduces every loss, and retrieves better than chance', async () => {
    const recipe = join(recipes, 'tiny-ci.json');
    const { code, output, errors } = await train('--recipe', recipe, '--out', 'out', '--cache', 'cache');
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain(`report: ${join(folder, 'out', 'report.html')}`);
    expect(await out('report.html')).toMatch(/^<!doctype html>/i);

    const metrics = (await out('metrics.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line): StageMetrics => JSON.parse(line));
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    const course = (stage: string, name: string): string => {
      const losses = metrics.filter((line) => line.stage === stage).map((line) => line.losses[name] as number);
      const quarter = Math.ceil(losses.length / 4);
      const [start, end] = [mean(losses.slice(0, quarter)), mean(losses.slice(-quarter))];
      return `${stage}, ${name}: ${end < start ? 'falls' : `${start} to ${end}`}`;
    };
    // Thirty steps are too few for the choice among products: this loss hardly changes.
    const slow = ['matchingChoice'];
    const named = metrics.flatMap(({ stage, losses }) => Object.keys(losses).map((name) => [stage, name] as const));
    const expected = named.filter(([, name]) => !slow.includes(name));
    expect(expected.map(([stage, name]) => course(stage, name))).toEqual(
      expected.map(([stage, name]) => `${stage}, ${name}: falls`),
    );
    expect(new Set(expected.map(([stage, name]) => `${stage} ${name}`)).size).toBe(16);

    const { evaluation } = JSON.parse(await out('recipe.json'));
    const { retrieval, recognition, puzzles, alignment, captions } = JSON.parse(await out('evaluation.json'));
    // In random order, the right one is among the first k with probability k / candidates.
    const chance = (2 * 100 * (1 + 5 + 10)) / evaluation.candidates;
    expect(retrieval.scorers.embeddings.sumR).toBeGreaterThan(1.2 * chance);
    expect(retrieval.sumR).toBeGreaterThan(1.2 * chance);
    expect(recognition.category.accuracy).toBeGreaterThan(100 / 12); // of 12 categories at least
    expect(puzzles.rotation).toBeGreaterThan(35);
    expect(alignment.discriminants).toMatchObject({ level3: expect.any(Number), possible: {}, randomByLevel: {} });
    expect(await out('report.html')).toContain('<title>What guided masking hides</title>');
    expect(captions).toMatchObject({ captions: 16, bleu1: expect.any(Number), facts: {}, nearest: {} });
  });

  it('does not run again once it is finished: it reports so, and where the report is', async () => {
    const recipe = join(recipes, 'tiny-ci.json');
    const files = async (): Promise<string[]> =>
      Promise.all(
        (await readdir(join(folder, 'out'))).map(
          async (name) => `${name} ${(await stat(join(folder, 'out', name))).mtimeMs}`,
        ),
      );
    const before = await files();
    const again = await train('--recipe', recipe, '--out', 'out', '--cache', 'cache');
    expect([again.code, again.errors]).toEqual([0, '']);
    expect(again.output).toMatch(
      /^finished before, on 20\d\d-\d\d-\d\d \d\d:\d\d UTC, in out: nothing is left to do\n/,
    );
    expect(again.output).toContain('pass --out with another folder, or --overwrite to remove this one first\n');
    expect(again.output).toContain(`report: ${join(folder, 'out', 'report.html')}\n`);
    const other = JSON.parse(await readFile(recipe, 'utf8'));
    await writeFile(join(folder, 'other.json'), JSON.stringify({ ...other, seed: 99 }));
    const refused = await train('--recipe', 'other.json', '--out', 'out', '--cache', 'cache');
    expect([refused.code, refused.errors]).toEqual([1, expect.stringMatching(/holds a finished run .*--overwrite/)]);
    // A run that cannot start removes nothing.
    const data = { kind: 'folder' };
    await writeFile(join(folder, 'other.json'), JSON.stringify({ ...other, data }));
    const given = ['--recipe', 'other.json', '--out', 'out', '--cache', 'cache', '--overwrite', '--data', 'nowhere'];
    expect((await train(...given)).errors).toMatch(/cannot read .*nowhere, found "ENOENT"/);
    expect(await files()).toEqual(before);
  });

  it('saves when it is interrupted, and prints how to resume', async () => {
    const stopped = train('--recipe', join(recipes, 'tiny-ci.json'), '--out', 'stopped', '--cache', 'cache');
    await stopped.said(/^contrastive$/m);
    const second = await train('--recipe', join(recipes, 'tiny-ci.json'), '--out', 'stopped', '--cache', 'cache');
    expect([second.code, second.errors]).toEqual([
      1,
      expect.stringMatching(/^@kaleido\/runs: another process is writing to .*stopped, found "process \d+ on /),
    ]);
    stopped.interrupt();
    const { code, output } = await stopped;
    expect(code).toBe(130);
    expect(output).toMatch(/stopped; what is done is saved\. The same command resumes\.\n$/);
    expect(await readdir(join(folder, 'stopped'))).toEqual(expect.arrayContaining(['checkpoint.safetensors']));
  });
});

describe('train refuses', () => {
  /** The error in one line; expects exit code 1 and nothing written. */
  async function refusal(...given: readonly string[]): Promise<string> {
    const { code, errors } = await train(...given, '--out', 'refused', '--cache', 'refused-cache');
    expect([code, errors]).toEqual([1, expect.stringMatching(/^@kaleido\/.*\n$/)]);
    const left = await readdir(folder);
    expect(left).not.toContain('refused');
    if (left.includes('refused-cache')) expect(await readdir(join(folder, 'refused-cache'))).toEqual([]);
    return errors;
  }

  // biome-ignore lint/suspicious/noExplicitAny: an intentionally invalid recipe
  async function spoilt(change: (recipe: any) => void): Promise<string> {
    const recipe = JSON.parse(await readFile(join(recipes, 'tiny-ci.json'), 'utf8'));
    change(recipe);
    await writeFile(join(folder, 'spoilt.json'), JSON.stringify(recipe));
    return 'spoilt.json';
  }

  it('a recipe with an unknown key', async () => {
    const recipe = await spoilt((all) => (all.evaluation.querys = 3));
    expect(await refusal('--recipe', recipe)).toBe(
      '@kaleido/recipe-schema: the recipe spoilt.json has an unknown key in "evaluation", found "querys"; did you mean "queries"? compare with recipes/recipe.schema.json\n',
    );
  });

  it('a missing recipe', async () => {
    expect(await refusal('--recipe', 'none.json')).toMatch(/cannot read the recipe none\.json, found "ENOENT"; /);
  });

  it('an unknown preset', async () => {
    const recipe = await spoilt((all) => (all.model.preset = 'enormous'));
    expect(await refusal('--recipe', recipe)).toMatch(/preset.*found "enormous".*tiny/);
  });

  it('an unknown setting of the model', async () => {
    const recipe = await spoilt((all) => (all.model.settings.hidden = 3));
    expect(await refusal('--recipe', recipe)).toMatch(/hidden/);
  });

  it('an unknown backend', async () => {
    const recipe = join(recipes, 'tiny-ci.json');
    expect(await refusal('--recipe', recipe, '--backend', 'abacus')).toMatch(
      /unknown backend, found "abacus"; known are/,
    );
  });

  it('a precision that the backend does not support', async () => {
    const recipe = join(recipes, 'tiny-ci.json');
    expect(await refusal('--recipe', recipe, '--precision', 'mixed')).toMatch(
      /the backend "wasm" does not compute in this precision, found "mixed".*mixed works on cuda, webgpu, tensorflow/,
    );
  });

  it.each<[string, string, readonly string[]]>([
    ['tiny-ci', 'data', ['somewhere']],
    ['tiny-ci', 'checkpoint', ['somewhere']],
    ['tiny-ci', 'map', ['id=sku']],
    ['tiny-ci', 'splits', ['file']],
    ['tiny-ci', 'clean', ['none']],
    ['tiny-ci', 'encoding', ['latin1']],
    ['foreground', 'data', ['somewhere']],
    ['foreground', 'checkpoint', ['somewhere']],
    ['foreground', 'cache', []],
    ['foreground', 'precision', ['mixed']],
    ['released/category', 'cache', []],
    ['released/category', 'threads', ['2']],
  ])('for recipes/%s the option --%s, which would have no effect', async (name, option, values) => {
    const recipe = join(recipes, `${name}.json`);
    // `refusal` itself passes --cache.
    const given = values.length === 0 ? [] : [`--${option}`, ...values];
    expect(await refusal('--recipe', recipe, ...given)).toMatch(
      /--(data|checkpoint|map|splits|clean|encoding|cache|precision|threads) has no effect: |does not read the folder of --data/,
    );
  });

  it('unknown words, and suggests the nearest', async () => {
    const answer = async (...words: string[]): Promise<string> => {
      const { code, errors } = await train(...words);
      expect(code).toBe(1);
      return errors;
    };
    expect(await answer('prepar', '--recipe', 'x')).toBe(
      '@kaleido/train: unknown command, found "prepar"; did you mean "prepare"? known are run, prepare, align, ablation, inspect, help\n',
    );
    expect(await answer('--recpie', 'x')).toMatch(
      /unknown option, found "--recpie"; did you mean "--recipe"\? known are/,
    );
    expect(await answer('prepare', '--recipe', 'x', '--out', 'x')).toMatch(/unknown option, found "--out"; .*--cache/);
  });

  it('an invalid number of threads', async () => {
    const recipe = join(recipes, 'tiny-ci.json');
    expect(await refusal('--recipe', recipe, '--threads', 'many')).toMatch(/--threads must be .*, found "many"/);
  });

  it('a recipe without the folder of products that it needs, a missing one, and an empty one', async () => {
    const recipe = await spoilt((all) => (all.data = { kind: 'folder' }));
    expect(await refusal('--recipe', recipe)).toMatch(/none was given; pass --data DIR/);
    expect(await refusal('--recipe', recipe, '--data', 'nowhere')).toMatch(
      /cannot read .*nowhere, found "ENOENT"; pass --data with a file or folder that exists/,
    );
    await mkdir(join(folder, 'empty'), { recursive: true });
    expect(await refusal('--recipe', recipe, '--data', 'empty')).toMatch(
      /empty holds no products in a form that is known, found "nothing"; give Parquet, Fashion-Gen/,
    );
  });
});

describe('train align', () => {
  it('aligns the products of a recipe, and finds the pairs the next time', async () => {
    const recipe = JSON.parse(await readFile(join(recipes, 'tiny-ci.json'), 'utf8'));
    recipe.data = { ...recipe.data, products: 200, imageSize: 32 };
    await writeFile(join(folder, 'aligned.json'), JSON.stringify(recipe));
    const given = ['align', '--recipe', 'aligned.json', '--cache', 'aligned'];
    const first = await train(...given);
    expect([first.code, first.errors]).toEqual([0, '']);
    expect(first.output).toMatch(/^aligned 200 captions: \d+\.\d pairs each; \d+ have none$/m);
    expect((await train(...given)).output).toMatch(/pairs of word and patch in 200 captions, kept from before/);
  });

  it('trains a captioner on a backend', async () => {
    const recipe = JSON.parse(await readFile(join(folder, 'aligned.json'), 'utf8'));
    recipe.alignment.aligner = { kind: 'captioner', words: 'given', steps: 2, batchSize: 8, leastAttention: 0 };
    await writeFile(join(folder, 'captioned.json'), JSON.stringify(recipe));
    const given = ['align', '--recipe', 'captioned.json', '--cache', 'aligned'];
    const { code, output, errors } = await train(...given, '--backend', 'wasm');
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^aligned 200 captions: [1-9]\d*\.\d pairs each; 0 have none$/m);
    expect((await train(...given, '--backend', 'wsm')).errors).toMatch(/unknown backend, found "wsm"/);
  });

  it('refuses a backend for an aligner that needs none', async () => {
    const given = ['align', '--recipe', join(recipes, 'tiny-ci.json'), '--backend', 'wasm'];
    expect((await train(...given)).errors).toMatch(/--backend.*the aligner "discriminants" is not trained/);
  });

  it('refuses a recipe that aligns nothing', async () => {
    expect((await train('align', '--recipe', join(recipes, 'kagl-12k.json'))).errors).toMatch(
      /the recipe kagl-12k aligns nothing: it has no "alignment"; add /,
    );
    expect((await train('align', '--recipe', join(recipes, 'foreground.json'))).errors).toMatch(
      /has no captions that could be aligned/,
    );
  });
});

describe('train ablation', () => {
  it('runs the chosen variant and seed, prints the table, and does nothing the second time', async () => {
    const base = JSON.parse(await readFile(join(recipes, 'tiny-ci.json'), 'utf8'));
    base.data = { ...base.data, products: 120, heldOut: 20, retrieval: 16, imageSize: 32 };
    base.evaluation = { lists: 1, queries: 6, candidates: 6, weightQueries: 6, puzzles: 8, words: 8 };
    const { alignment: _, captioning: __, ...plain } = base;
    plain.stages = [{ name: 'tasks', steps: 3, learningRate: 0.001, objectives: { tasks: { batchSize: 8 } } }];
    await writeFile(join(folder, 'base.json'), JSON.stringify(plain));
    const variants = [
      { name: 'box', group: 'Patches', title: 'box' },
      { name: 'grid', group: 'Patches', title: 'grid', change: { features: { foreground: { kind: 'whole-image' } } } },
    ];
    const about = { name: 'two', description: '', command: '', hardware: '', expectedTime: '' };
    const ablation = { kind: 'ablation', ...about, base: 'base.json', reference: 'box', variants };
    await writeFile(join(folder, 'ablation.json'), JSON.stringify(ablation));
    const given = ['ablation', '--recipe', 'ablation.json', '--cache', 'ablated', '--only', 'grid', '--seeds', '2'];
    const first = await train(...given);
    expect([first.code, first.errors]).toEqual([0, '']);
    expect(first.output).toMatch(/^run 1 of 1: grid, seed 2$/m);
    expect(first.output).toMatch(/^\| grid +\| +1 \| +\d+\.\d \|/m);
    expect(first.output).toContain('1 of 6 runs are finished, seeds 1, 2, 3.');
    expect(first.output).toContain(`report: ${join(folder, 'runs', 'two', 'ablation.html')}`);
    expect((await train(...given)).output).toMatch(/^1 of 1 chosen runs are finished from before\n## two\n/);
  });

  it('refuses what is no ablation, unknown variants and seeds, and is named where a recipe is needed', async () => {
    const errorOf = async (...given: string[]): Promise<string> => (await train(...given)).errors;
    const atelier = join(recipes, 'ablation-atelier.json');
    expect(await errorOf('ablation', '--recipe', join(recipes, 'tiny-ci.json'))).toMatch(/is not an ablation/);
    expect(await errorOf('ablation', '--recipe', atelier, '--seeds', '1,two')).toMatch(
      /--seeds must be .*found "1,two"/,
    );
    expect(await errorOf('ablation', '--recipe', atelier, '--only', 'tasks-6')).toMatch(/no such variant/);
    expect(await errorOf('--recipe', atelier)).toMatch(/is an ablation, .*run it with pnpm train ablation/);
    expect(await errorOf('ablation', '--recipe', atelier, '--map', 'id=sku')).toMatch(/--map has no effect/);
    expect(await errorOf('ablation', '--recipe', atelier, '--splits', 'half')).toMatch(/found "half"/);
    expect(await readdir(join(folder, 'runs'))).toEqual(['two']);
  });
});

describe('train prepare', () => {
  it('prepares the features of a recipe, reports it, and reuses them the next time', async () => {
    const recipe = join(recipes, 'tiny-ci.json');
    const given = ['prepare', '--recipe', recipe, '--cache', 'prepared'];
    const first = await train(...given);
    expect([first.code, first.errors]).toEqual([0, '']);
    expect(first.output).toMatch(/^pictures of atelier .*, train$/m);
    expect(first.output).toMatch(/, train: \d+ pictures, 0 left out, \d+ taken whole$/m);
    const second = await train(...given);
    expect(second.output).toMatch(/, train: \d+ pictures \(made before\), 0 left out/);
    expect((await readdir(join(folder, 'prepared'))).some((name) => name.endsWith('.part'))).toBe(false);
  });

  it('reports what is left out of a folder, by reason, the first time and later', async () => {
    // A PNG of 24 x 24 red pixels.
    const picture = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAMAAADXqc3KAAAAA1BMVEWgQDCooh8TAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAD0lEQVQoz2NgGAWjgPoAAAJYAAF1NoZ3AAAAAElFTkSuQmCC',
      'base64',
    );
    const files = Array.from({ length: 12 }, (_, index) => [
      { header: { name: `${index}.png`, size: picture.length }, body: picture },
      ...(index < 4 ? [] : [{ header: { name: `${index}.txt`, size: 5 }, body: `red ${index % 10}` }]),
    ]).flat();
    const broken = [
      { header: { name: 'broken.jpg', size: 4 }, body: 'none' },
      { header: { name: 'broken.txt', size: 3 }, body: 'red' },
      { header: { name: 'broken.png', size: 4 }, body: 'none' },
    ];
    await mkdir(join(folder, 'tars'), { recursive: true });
    for (const split of ['train', 'validation'])
      await writeFile(join(folder, 'tars', `${split}_0.tar`), await packTar([...files, ...broken]));
    await writeFile(join(folder, 'tars', 'notes.csv'), 'none');
    const tiny = JSON.parse(await readFile(join(recipes, 'tiny-ci.json'), 'utf8'));
    await writeFile(join(folder, 'of-a-folder.json'), JSON.stringify({ ...tiny, data: { kind: 'folder' } }));
    const recipe = 'of-a-folder.json';
    for (const made of ['', ' (made before)']) {
      const { code, output, errors } = await train(
        'prepare',
        '--recipe',
        recipe,
        '--data',
        'tars',
        '--cache',
        'tar-cache',
      );
      expect([code, errors]).toEqual([0, '']);
      expect(output).toContain(`tars, train: 8 pictures${made}, 5 left out, `);
      expect(output).toMatch(
        /^ {2}4 left out: has no text \(0, 1, 2 and 1 more\)\n {4}the first: sample 0 of train_0\.tar has no text; its files: 0\.png$/m,
      );
      expect(output).toMatch(/^ {2}1 left out: cannot decode the image \.\.\., .* \(broken\)$/m);
      expect(output).toMatch(/several pictures in a sample, of which one is read \(1 sample, /);
      expect(output).toMatch(/tars also holds files that are not read: notes\.csv$/m);
    }
  });
});

describe('train inspect', () => {
  it('prints what is there, and writes a page and all figures', async () => {
    await mkdir(join(folder, 'shop'), { recursive: true });
    const files = ['red', 'blue'].map((colour) => [
      `${colour}.svg`,
      `<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9" fill="${colour}"/></svg>`,
    ]);
    for (const [name, content] of files) await writeFile(join(folder, 'shop', name!), content!);
    await writeFile(
      join(folder, 'shop', 'p.csv'),
      'id,headline,file\n1,Red\u0007 dress,red.svg\n2,Blue dress,blue.svg\n3,,blue.svg\n',
    );
    const { code, output, errors } = await train(
      'inspect',
      ...['--data', 'shop', '--map', 'caption=headline', '--splits', 'hash:validation=0'],
      ...['--out', 'pages/shop.html', '--json', 'pages/shop.json'],
    );
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^shop: CSV \(p\.csv is there\)$/m);
    expect(output).toMatch(/^caption +headline +chosen by --map$/m);
    expect(output).toMatch(/^ {2}1 left out: has no caption \(3\)$/m);
    // The pictures are SVG, which the decoder does not read.
    expect(output).toMatch(/^ {2}2 left out: cannot decode the image \.\.\., /m);
    expect(output).toMatch(/^train +0 +0 +3$/m);
    expect(await readFile(join(folder, 'pages', 'shop.html'), 'utf8')).toMatch(/^<!doctype html>/);
    const { splits } = JSON.parse(await readFile(join(folder, 'pages', 'shop.json'), 'utf8'));
    expect(splits).toEqual([{ name: 'train', photographs: 0, products: 0, leftOut: 3 }]);
  });

  it.each([
    [['--data', 'nowhere'], /cannot read .*nowhere, found "ENOENT"/],
    [['--data', 'nowhere', '--pictures', 'all'], /--pictures must be a whole number from 0, found "all"/],
    [[], /required option '--data <place>' not specified/],
  ])('refuses %j', async (options, message) => {
    const { code, errors } = await train('inspect', ...options);
    expect([code, errors]).toEqual([1, expect.stringMatching(message)]);
  });
});
