import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { discriminantAligner, fitDiscriminants } from '@kaleido/alignment';
import { memory, readAll, selectBackend, tf } from '@kaleido/backend';
import { featureSlots, patchCount, patchSlots } from '@kaleido/layout';
import { classification, createKaleido, fineTune, type Kaleido, type Look } from '@kaleido/pipeline/node';
import sharp from 'sharp';
import {
  alignCaption,
  colourIn,
  compareAll,
  fillMasks,
  maskGuided,
  matchCaptions,
  nameWords,
  paintFeatures,
  rankClasses,
  readCaption,
  readTogether,
  setPuzzle,
  similarities,
  solvePuzzle,
} from './index.ts';
import { textRows } from './read-caption.ts';

const caption = 'a red shirt with a blue collar';
let kaleido: Kaleido;
let photograph: Look;
let other: Look;

/** A garment of one colour on white. */
async function garment(colour: string): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#fff"/>
    <path d="M20 8h24l8 14-8 6v28H20V28l-8-6z" fill="${colour}"/><path d="M28 8h8v8z" fill="#204080"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  kaleido = await createKaleido({
    captions: [caption, 'a blue dress', 'a red dress with a collar'],
    preset: 'tiny',
    settings: { joint_size: 16, text_seq_len: 16, initializer_range: 0.3 },
    extractor: { kind: 'pixels', size: 4 },
    seed: 3,
  });
  photograph = await kaleido.look(await garment('#c02030'));
  other = await kaleido.look(await garment('#2040c0'));
});
afterAll(() => kaleido.dispose());

describe('a photograph looked at', () => {
  it('has the features that the model reads', async () => {
    const F = photograph.batch.featureWidth;
    expect(photograph.batch).toEqual(await kaleido.encodeImages([await garment('#c02030')]));
    for (const [patch, slot] of patchSlots.entries())
      expect(photograph.slots.subarray(slot * F, (slot + 1) * F)).toEqual(
        photograph.batch.features.subarray(patch * F, (patch + 1) * F),
      );
    expect(photograph.patches).toHaveLength(patchCount);
    expect(photograph.box.x0).toBeGreaterThan(5);
    expect(photograph.image).toMatchObject({ width: 64, height: 64 });
  });

  it('is cut by another box on request', async () => {
    const box = { x0: 0, y0: 10, x1: 50, y1: 60 };
    const look = await kaleido.look(await garment('#c02030'), { box });
    expect(look.box).toEqual(box);
    expect(look.patches[0]!.box).toEqual(box);
    expect(look.batch.features).not.toEqual(photograph.batch.features);
    for (const wrong of [
      { ...box, x1: 65 },
      { ...box, x1: 0 },
      { ...box, y0: 10.5 },
      { ...box, y0: Number.NaN },
    ])
      await expect(kaleido.look(await garment('#c02030'), { box: wrong })).rejects.toThrow(
        /@kaleido\/pipeline: the box must lie in the photograph, 64 x 64 pixels/,
      );
  });
});

describe('a caption', () => {
  it('is cut into pieces and words with their characters', () => {
    const read = readCaption('A [MASK] shirt, red', kaleido.tokenizer, 16);
    expect(read.pieces.at(0)).toBe('[CLS]');
    expect(read.pieces.at(-1)).toBe('[SEP]');
    expect(read.words.map(({ text, masked }) => [text, masked])).toEqual([
      ['A', false],
      ['[MASK]', true],
      ['shirt', false],
      [',', false],
      ['red', false],
    ]);
    for (const { text, from, to } of read.words) expect(read.caption.slice(from, to)).toBe(text);
    expect(read.cut).toBe(0);
  });

  it('that is too long, empty, or only masks', () => {
    const long = readCaption(`${caption} ${caption} ${caption}`, kaleido.tokenizer, 8);
    expect(long.ids).toHaveLength(8);
    expect(long.cut).toBeGreaterThan(caption.length);
    expect(readCaption('', kaleido.tokenizer, 8).words).toEqual([]);
    expect(readCaption('[MASK][MASK]', kaleido.tokenizer, 8).words).toHaveLength(2);
  });
});

describe('read together', () => {
  it('gives the matching head’s probability, and attention that sums to 1', async () => {
    const before = memory().numTensors;
    const read = await readTogether(kaleido, photograph.batch, caption);
    expect(memory().numTensors).toBe(before);
    const [probability] = await kaleido.match(await garment('#c02030'), [caption]);
    expect(read.match).toBeCloseTo(probability as number, 5);
    const [[image], [text]] = [
      await kaleido.embedImages([await garment('#c02030')]),
      await kaleido.embedCaptions([caption]),
    ];
    expect(read.similarity).toBeCloseTo(
      image!.reduce((sum, value, i) => sum + value * text![i]!, 0),
      5,
    );
    const S = read.caption.ids.length + patchCount;
    expect(read.attentions).toHaveLength(kaleido.model.config.num_hidden_layers);
    for (const attention of read.attentions) {
      expect(attention).toHaveLength(read.heads * S * S);
      for (let row = 0; row < read.heads * S; row++)
        expect(attention.subarray(row * S, (row + 1) * S).reduce((a, b) => a + b)).toBeCloseTo(1, 4);
    }
    expect(read.layers.at(-1)).toHaveLength(S * read.width);
  });
});

describe('matching captions', () => {
  it('gives the probabilities of the pipeline, for captions of several lengths and passes, and keeps no tensor', async () => {
    const captions = Array.from({ length: 70 }, (_, at) => (at % 2 === 0 ? caption : 'a blue dress'));
    const before = memory().numTensors;
    const probabilities = await matchCaptions(kaleido, photograph.batch, captions);
    expect(memory().numTensors).toBe(before);
    const expected = await kaleido.match(await garment('#c02030'), [caption, 'a blue dress']);
    expect(probabilities).toHaveLength(70);
    for (const [at, probability] of probabilities.entries()) expect(probability).toBeCloseTo(expected[at % 2]!, 5);
    expect(await matchCaptions(kaleido, photograph.batch, [])).toEqual([]);
  });
});

describe('masked words', () => {
  it('are predicted with and without the photograph', async () => {
    const { masks } = await fillMasks(kaleido, photograph.batch, 'a [MASK] shirt with a [MASK]', { candidates: 3 });
    expect(masks.map(({ word }) => word.text)).toEqual(['[MASK]', '[MASK]']);
    expect(masks[0]!.word.start).toBe(2);
    for (const { withPhotograph, withoutPhotograph } of masks) {
      expect(withPhotograph).toHaveLength(3);
      expect(withPhotograph[0]!.probability).toBeGreaterThanOrEqual(withPhotograph[1]!.probability);
      expect(withPhotograph).not.toEqual(withoutPhotograph);
    }
    expect((await fillMasks(kaleido, photograph.batch, 'a shirt')).masks).toEqual([]);
  });

  it('have the probability that filling the mask gives', async () => {
    const all = kaleido.model.config.vocab_size;
    const { masks } = await fillMasks(kaleido, photograph.batch, caption.replace('red', '[MASK]'), { candidates: all });
    const { probabilities, caption: read } = await nameWords(kaleido, photograph.batch, caption);
    const at = read.words.findIndex(({ text }) => text === 'red');
    const pieces = read.words[at]!;
    expect(pieces.end - pieces.start).toBe(1);
    const found = masks[0]!.withPhotograph.find(({ piece }) => piece === 'red');
    expect(probabilities[at]).toBeCloseTo(found!.probability, 5);
  });

  it('rest on patches as the gradient says', async () => {
    const before = memory().numTensors;
    const { relevance, caption: read } = await nameWords(kaleido, photograph.batch, caption);
    expect(memory().numTensors).toBe(before);
    const at = read.words.findIndex(({ text }) => text === 'red');
    const { start } = read.words[at]!;
    // The log-probability as patch 7's embedding is scaled by 1 + t: its derivative at 0 is the relevance.
    const { model, tokenizer } = kaleido;
    const logProbability = async (patch: number, t: number): Promise<number> => {
      const tensor = tf.tidy(() => {
        const text = model.textInput(textRows(read.ids, tokenizer.specialTokenIds.mask, [[start]]));
        const scale = Float32Array.from({ length: patchCount }, (_, p) => (p === patch ? 1 + t : 1));
        const patches = tf.mul(
          model.embedPatches(model.imageInput(photograph.batch)),
          tf.tensor(scale, [1, patchCount, 1]),
        );
        const { sequence } = model.encodeBoth(model.embedText(text), text.mask, patches);
        return tf.logSoftmax(model.predictTokens(tf.slice(sequence, [0, start, 0], [1, 1, -1])));
      });
      const [values] = await readAll([tensor]);
      tensor.dispose();
      return values![read.ids[start]!]!;
    };
    for (const patch of [0, 7, 40]) {
      const step = 0.05;
      const slope = ((await logProbability(patch, step)) - (await logProbability(patch, -step))) / (2 * step);
      expect(relevance[at * patchCount + patch]).toBeCloseTo(slope, 3);
    }
  });
});

describe('puzzles', () => {
  const F = (): number => photograph.batch.featureWidth;
  const patchOf = (features: Float32Array, patch: number): Float32Array =>
    features.subarray(patch * F(), (patch + 1) * F());
  const slotOf = ({ slots }: Look, slot: number): Float32Array => slots.subarray(slot * F(), (slot + 1) * F());

  it('change the patches of one level alone', () => {
    const turned = setPuzzle(photograph, { kind: 'rotation', turns: 3 }).features;
    expect(patchOf(turned, 0)).toEqual(slotOf(photograph, featureSlots.rotation.start + 3));
    expect(turned.subarray(F())).toEqual(photograph.batch.features.subarray(F()));
    // Permutation 23 is 3, 2, 1, 0.
    const shuffled = setPuzzle(photograph, { kind: 'jigsaw', order: 23 }).features;
    for (let place = 0; place < 4; place++)
      expect(patchOf(shuffled, 1 + place)).toEqual(patchOf(photograph.batch.features, 4 - place));
    const hidden = setPuzzle(photograph, { kind: 'camouflage', patch: 4, other }).features;
    expect(patchOf(hidden, 9)).toEqual(patchOf(other.batch.features, 9));
    expect(patchOf(hidden, 8)).toEqual(patchOf(photograph.batch.features, 8));
    const grey = setPuzzle(photograph, { kind: 'grey', patches: [5] }).features;
    expect(patchOf(grey, 14 + 5)).toEqual(slotOf(photograph, featureSlots.grey.start + 5));
    const blank = setPuzzle(photograph, { kind: 'blank', patches: [2, 3] });
    expect(blank.features).toEqual(photograph.batch.features);
    expect([...blank.blankKeep!].flatMap((keep, patch) => (keep === 0 ? [patch] : []))).toEqual([2, 3]);
  });

  it('are answered with probabilities', async () => {
    const before = memory().numTensors;
    for (const [puzzle, count, truth] of [
      [{ kind: 'rotation', turns: 2 }, 4, 2],
      [{ kind: 'jigsaw', order: 7 }, 24, 7],
      [{ kind: 'camouflage', patch: 8, other }, 9, 8],
    ] as const) {
      const answer = await solvePuzzle(kaleido, photograph, puzzle, caption);
      if (!('probabilities' in answer)) throw new Error('an answer with probabilities was expected');
      expect(answer.probabilities).toHaveLength(count);
      expect(answer.truth).toBe(truth);
      expect(answer.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(answer.probabilities[answer.answer]).toBe(Math.max(...answer.probabilities));
    }
    for (const kind of ['grey', 'blank'] as const) {
      const answer = await solvePuzzle(kaleido, photograph, { kind, patches: [1, 6] }, '');
      if (!('patches' in answer)) throw new Error('patches were expected');
      expect(answer.patches.map(({ patch }) => patch)).toEqual([1, 6]);
      for (const { predicted, truth, divergence } of answer.patches) {
        expect(predicted).toHaveLength(F());
        expect(truth).toHaveLength(F());
        expect(divergence).toBeGreaterThan(0);
      }
    }
    expect(memory().numTensors).toBe(before);
  });

  it('with numbers out of range are refused', async () => {
    for (const puzzle of [
      { kind: 'rotation', turns: 4 },
      { kind: 'jigsaw', order: 24 },
      { kind: 'jigsaw', order: -1 },
      { kind: 'camouflage', patch: 9, other },
      { kind: 'grey', patches: [16] },
      { kind: 'blank', patches: [0, Number.NaN] },
    ] as const)
      await expect(solvePuzzle(kaleido, photograph, puzzle, caption)).rejects.toThrow(/@kaleido\/insight: .* must be/);
  });
});

describe('patches coloured in', () => {
  it('have the predicted colours at the brightness that was seen', () => {
    const statistics = { mean: Float32Array.of(0.2, 0.4, 9, 9), deviation: Float32Array.of(0.5, 0.25, 1, 1) };
    // 1 * 0.5 + 0.2 = 0.7 and 2 * 0.25 + 0.4 = 0.9, their mean is 0.8.
    const painted = paintFeatures(Float32Array.of(1, 2, 5, 5), 2, statistics, 0.3);
    expect([...painted].map((value) => Number(value.toFixed(5)))).toEqual([0.2, 0.4]);
  });

  it('lie beside what was seen and the truth', async () => {
    const before = memory().numTensors;
    const pixels = 4 * 4 * 3;
    const mean = (values: Float32Array): number => values.reduce((a, b) => a + b) / values.length;
    const puzzle = { kind: 'grey', patches: [5, 6] } as const;
    const painted = await colourIn(kaleido, photograph, puzzle, caption, 4);
    const answer = await solvePuzzle(kaleido, photograph, puzzle, caption);
    if (!('patches' in answer)) throw new Error('patches were expected');
    for (const [at, { patch, seen, painted: own, truth, divergence, baseline }] of painted.entries()) {
      expect(patch).toBe(puzzle.patches[at]);
      expect([own.length, truth.length]).toEqual([pixels, pixels]);
      // Grey has one number for red, green and blue.
      expect(seen![0]).toBeCloseTo(seen![2]!, 5);
      expect(mean(own)).toBeCloseTo(mean(seen!), 5);
      expect(truth).toEqual(answer.patches[at]!.truth.slice(0, pixels));
      expect(divergence).toBe(answer.patches[at]!.divergence);
      expect(baseline).toBeGreaterThan(0);
    }
    const blanks = await colourIn(kaleido, photograph, { kind: 'blank', patches: [12] }, '', 4);
    expect(blanks).toMatchObject([{ patch: 12 }]);
    expect(blanks[0]).not.toHaveProperty('seen');
    const all = Array.from({ length: 25 }, (_, patch) => patch);
    for (const { painted: own } of await colourIn(kaleido, photograph, { kind: 'blank', patches: all }, '', 4))
      expect(mean(own)).toBeCloseTo(0.5, 5);
    expect(memory().numTensors).toBe(before);
  });

  it('need features that begin with a picture', async () => {
    for (const size of [5, 0, 1.5, Number.NaN])
      await expect(colourIn(kaleido, photograph, { kind: 'grey', patches: [1] }, '', size)).rejects.toThrow(
        /@kaleido\/insight: features of 48 numbers hold no picture of this size/,
      );
  });
});

describe('every photograph with every caption', () => {
  it('has the numbers that each pair has alone', async () => {
    const captions = ['a blue dress', caption, ''];
    const looks = [photograph, other];
    const before = memory().numTensors;
    const batches = looks.map(({ batch }) => batch);
    const { match, similarity } = await compareAll(kaleido, batches, captions);
    expect(memory().numTensors).toBe(before);
    for (const [row, { batch }] of looks.entries())
      for (const [column, text] of captions.entries()) {
        const alone = await readTogether(kaleido, batch, text);
        expect(match[row * captions.length + column]).toBeCloseTo(alone.match, 5);
        expect(similarity[row * captions.length + column]).toBeCloseTo(alone.similarity, 5);
      }
    expect((await compareAll(kaleido, [], captions)).match).toHaveLength(0);
    expect((await compareAll(kaleido, batches, [])).similarity).toHaveLength(0);
  });
});

describe('classes', () => {
  it('are ranked as the model predicts them', async () => {
    const items = [
      { image: await garment('#c02030'), colour: 'red' },
      { image: await garment('#2040c0'), colour: 'blue' },
    ];
    const options = { train: items, epochs: 1, trained: 'head' } as const;
    const tagger = await fineTune(kaleido, classification({ label: 'colour' }), options);
    const before = memory().numTensors;
    const [field] = await rankClasses(tagger, photograph.batch);
    expect(memory().numTensors).toBe(before);
    for await (const { colour, probabilities } of tagger.predict([items[0]!])) {
      expect(field).toMatchObject({ name: 'colour', several: false });
      expect(field!.classes[0]!.name).toBe(colour);
      expect(field!.classes[0]!.probability).toBeCloseTo(probabilities.colour, 5);
    }
    expect(field!.classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    tagger.dispose();
    await expect(rankClasses(kaleido, photograph.batch)).rejects.toThrow(/this model has no classifier/);
  });
});

describe('aligned', () => {
  it('pairs words with patches, on a part of the features', async () => {
    const { tokenizer } = kaleido;
    const looks = [photograph, other];
    const captions = ['a red shirt', 'a blue dress'];
    const encoded = captions.map((text) => readCaption(text, tokenizer, 16));
    const lengths = Int32Array.from(encoded, ({ ids }) => ids.length);
    const T = Math.max(...lengths);
    const padded = (values: ArrayLike<number>): number[] => Array.from({ length: T }, (_, at) => values[at] ?? 0);
    const columns = { start: 4, width: 8 };
    const read = (looked: Look) => ({ slots: looked.slots, batch: looked.batch });
    const products = {
      rows: 2,
      textLength: T,
      ids: Int32Array.from(encoded.flatMap(({ ids }) => padded(ids))),
      wordStarts: Uint8Array.from(
        encoded.flatMap(({ words }) => Array.from({ length: T }, (_, at) => +words.some(({ start }) => start === at))),
      ),
      lengths,
      groups: ['shirt', 'dress'],
      features: {
        rows: 2,
        featureWidth: 8,
        load: async () => ({
          rows: 2,
          featureWidth: 8,
          copy: (row: number, slots: readonly number[], target: Float32Array, offset = 0) => {
            for (const [at, slot] of slots.entries())
              target.set(looks[row]!.slots.subarray(slot * F() + 4, slot * F() + 12), offset + at * 8);
          },
          positions: (row: number) => looks[row]!.batch.positions,
        }),
      },
    };
    const F = (): number => photograph.batch.featureWidth;
    const known = await fitDiscriminants(products, {
      vocabulary: tokenizer.vocabulary,
      leastOccurrences: 1,
      components: 2,
    });
    const aligner = discriminantAligner(known, { vocabulary: tokenizer.vocabulary, leastEvidence: 0 });
    const rows = [];
    for await (const pairs of aligner.align(products)) rows.push(pairs);
    const { pairs } = await alignCaption(kaleido, aligner, read(photograph), 'a red shirt', {
      columns,
      group: 'shirt',
    });
    expect(pairs.length).toBeGreaterThan(0);
    expect(pairs).toEqual(rows[0]);
    await expect(
      alignCaption(kaleido, aligner, read(photograph), caption, { columns: { start: 40, width: 10 } }),
    ).rejects.toThrow(/@kaleido\/insight: the columns must lie among the 48 features/);
  });
});

describe('guided masking', () => {
  const pairs = [
    { token: 2, patch: 6, weight: 0.9 },
    { token: 3, patch: 16, weight: 0.5 },
    { token: 3, patch: 40, weight: 0.5 },
    { token: 7, patch: 31, weight: 0.8 },
  ];

  it('hides one patch of level 3, two of level 4, three of level 5 and 15 % of the pieces', () => {
    const { steps, quotas, words, shown, patches, caption: read } = maskGuided(kaleido, caption, pairs, 1);
    expect(steps).toHaveLength(pairs.length);
    const pieces = read.ids.length - 2;
    expect(quotas).toEqual({
      pieces: Math.max(1, Math.round(0.15 * pieces)),
      patches: { camouflage: 1, grey: 2, blank: 3 },
    });
    expect([5, 14, 30].map((start) => patches.filter((patch) => patch >= start).length)).toEqual([6, 5, 3]);
    expect(words.length).toBeGreaterThan(0);
    expect(shown).toHaveLength(read.pieces.length);
    for (const [at, piece] of shown.entries())
      if (piece !== read.pieces[at])
        expect(words.some((word) => at >= read.words[word]!.start && at < read.words[word]!.end)).toBe(true);
    for (const { word, patch, hides } of steps) {
      if (hides === 'word') expect(words).toContain(word);
      if (hides === 'patch') expect(patches).toContain(patch);
    }
  });

  it('hides the same by the same seed, others by another, and without pairs too', () => {
    expect(maskGuided(kaleido, caption, pairs, 5)).toEqual(maskGuided(kaleido, caption, pairs, 5));
    const seeds = Array.from({ length: 8 }, (_, seed) => maskGuided(kaleido, caption, pairs, seed).patches.join());
    expect(new Set(seeds).size).toBeGreaterThan(1);
    expect(maskGuided(kaleido, caption, [], 1).patches).toHaveLength(6);
    expect(maskGuided(kaleido, '', pairs, 1)).toMatchObject({ steps: [], words: [] });
  });
});

describe('similarities alone', () => {
  it('are those of the embeddings', async () => {
    const captions = [caption, 'a blue dress', 'a red dress with a collar'];
    const live = memory().numTensors;
    const found = await similarities(kaleido, [photograph.batch, other.batch], captions);
    expect(memory().numTensors).toBe(live);
    const images = await kaleido.embedImages([await garment('#c02030'), await garment('#2040c0')]);
    const texts = await kaleido.embedCaptions(captions);
    for (const [row, image] of images.entries())
      for (const [column, text] of texts.entries())
        expect(found[row]![column]).toBeCloseTo(
          image.reduce((sum, value, index) => sum + value * text[index]!, 0),
          4,
        );
    expect(await similarities(kaleido, [], captions)).toEqual([]);
  });
});
