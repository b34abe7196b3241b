import type { PieceAnswers } from '@kaleido/eval';
import type { ModuleWorkers } from '@kaleido/foundation';
import type { SplitData } from './model-data.ts';
import type { Embeddings, PuzzleAnswers, ScoringService, WordQuestion } from './scoring-worker.ts';
import { onAll, openSplitWorkers } from './split-workers.ts';

/** Scores over one split, on all threads. */
export interface SplitScorer {
  readonly embeddings: Embeddings;
  similarity(text: number, image: number): number;
  /** Match logit differences by `text * rows + image`; each pair is computed once. */
  matchAll(
    pairs: Iterable<readonly [text: number, image: number]>,
    onProgress?: (done: number, total: number) => void,
  ): Promise<ReadonlyMap<number, number>>;
  /**
   * Match logit differences of photographs with several captions each, handed on as they are computed and not kept: for
   * more pairs than a map can hold.
   * @param textsOf the captions of a photograph, asked for when its turn comes
   */
  matchEach(
    images: readonly number[],
    textsOf: (image: number) => readonly number[],
    onScores: (image: number, texts: readonly number[], scores: Float32Array) => void,
  ): Promise<void>;
  solve(rows: readonly number[], seed: number): Promise<readonly PuzzleAnswers[]>;
  /** The pieces masked in these rows' captions, in order (`maskForReading`). */
  readWords(question: WordQuestion): Promise<PieceAnswers>;
  close(): Promise<void>;
}

export async function openSplitScorer(data: SplitData, threads: number): Promise<SplitScorer> {
  const workers = openSplitWorkers<ScoringService>('scoring-worker', data, threads);
  try {
    const { rows } = data.catalogue;
    const embeddings = await embedAll(workers, rows);
    const { width, text, image } = embeddings;
    const { lengths } = data.catalogue;
    const matchEach: SplitScorer['matchEach'] = (images, textsOf, onScores) =>
      onAll(workers, images, 2, async (worker, some) => {
        // Sorted by caption length, so that a pass has little padding.
        const jobs = some.map((image) => ({
          image,
          texts: [...textsOf(image)].sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b),
        }));
        const results = await workers.call(worker, 'match', jobs);
        for (const [index, { image, texts }] of jobs.entries()) onScores(image, texts, results[index] as Float32Array);
      });
    return {
      embeddings,
      similarity(a, b) {
        let sum = 0;
        for (let i = 0; i < width; i++) sum += (text[a * width + i] as number) * (image[b * width + i] as number);
        return sum;
      },
      async matchAll(pairs, onProgress) {
        const textsOfImage = new Map<number, Set<number>>();
        let total = 0;
        for (const [caption, photograph] of pairs) {
          const texts = textsOfImage.get(photograph) ?? new Set<number>();
          if (!texts.has(caption)) total++;
          textsOfImage.set(photograph, texts.add(caption));
        }
        const scores = new Map<number, number>();
        let done = 0;
        await matchEach(
          [...textsOfImage.keys()],
          (photograph) => [...(textsOfImage.get(photograph) ?? [])],
          (photograph, texts, found) => {
            for (const [place, caption] of texts.entries())
              scores.set(caption * rows + photograph, found[place] as number);
            done += texts.length;
            onProgress?.(done, total);
          },
        );
        return scores;
      },
      matchEach,
      async solve(asked, seed) {
        const answers: [number, PuzzleAnswers][] = [];
        await onAll(workers, [...asked], 32, async (worker, some) => {
          answers.push([asked.indexOf(some[0] as number), await workers.call(worker, 'solve', { rows: some, seed })]);
        });
        return answers.sort(([a], [b]) => a - b).map(([, answer]) => answer);
      },
      async readWords({ rows: asked, photographs, seed }) {
        const parts = new Map<number, PieceAnswers>();
        await onAll(workers, Array.from(asked.keys()), 128, async (worker, places) => {
          const at = (of: readonly number[]): number[] => places.map((place) => of[place] as number);
          const question = { rows: at(asked), photographs: photographs && at(photographs), seed };
          parts.set(places[0] as number, await workers.call(worker, 'readWords', question));
        });
        const ordered = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
        return {
          pieces: Int32Array.from(ordered.flatMap(({ pieces }) => [...pieces])),
          losses: Float32Array.from(ordered.flatMap(({ losses }) => [...losses])),
        };
      },
      close: () => workers.close(),
    };
  } catch (error) {
    await workers.close();
    throw error;
  }
}

async function embedAll(workers: ModuleWorkers<ScoringService>, rows: number): Promise<Embeddings> {
  const all = Array.from({ length: rows }, (_, row) => row);
  const parts: [number, Embeddings][] = [];
  await onAll(workers, all, 256, async (worker, some) => {
    parts.push([some[0] as number, await workers.call(worker, 'embed', some)]);
  });
  const width = parts[0]?.[1].width ?? 0;
  const text = new Float32Array(rows * width);
  const image = new Float32Array(rows * width);
  for (const [start, part] of parts) {
    text.set(part.text, start * width);
    image.set(part.image, start * width);
  }
  return { width, text, image };
}
