import { type Candidate, fillMasks, type Reader, similarities } from '@kaleido/insight';
import type { Look } from '@kaleido/pipeline';
import type { HeldOutGarment } from './garments.ts';

/** A garment that training never sees, ready to be asked about. */
export interface ExamQuestion {
  readonly garment: HeldOutGarment;
  readonly look: Pick<Look, 'batch'>;
}

/** What a model answers about garments that it has never seen. */
export interface Exam {
  /** For each photograph, the place of its own caption among all, 1 is right. */
  readonly ranks: readonly number[];
  /** For each shown photograph, the likeliest words for the hidden one. */
  readonly guesses: readonly (readonly Candidate[])[];
}

/** Guesses of a hidden word. */
const candidates = 3;

/**
 * Asks a model about held-out garments.
 * @param shown how many of them are asked for their hidden word too
 */
export async function takeExam(reader: Reader, questions: readonly ExamQuestion[], shown: number): Promise<Exam> {
  const images = questions.map(({ look }) => look.batch);
  const compared = await similarities(
    reader,
    images,
    questions.map(({ garment }) => garment.caption),
  );
  const guesses: (readonly Candidate[])[] = [];
  for (const { garment, look } of questions.slice(0, shown)) {
    const { masks } = await fillMasks(reader, look.batch, garment.masked, { candidates });
    guesses.push(masks[0]?.withPhotograph ?? []);
  }
  return { ranks: compared.map((row, own) => rankOf(row, own)), guesses };
}

/** The place of an entry among all, from the highest; of equal ones it is the last, as knowing nothing must not win. */
export function rankOf(values: ArrayLike<number>, own: number): number {
  let rank = 1;
  for (let at = 0; at < values.length; at++)
    if (at !== own && (values[at] as number) >= (values[own] as number)) rank += 1;
  return rank;
}
