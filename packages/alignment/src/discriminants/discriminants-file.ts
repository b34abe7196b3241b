import {
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  float32Values,
  KaleidoError,
  parseJson,
  type StoredTensor,
} from '@kaleido/foundation';
import { z } from 'zod';
import { alignedLevels, placeCount } from '../aligned-levels.ts';
import type { Discriminants } from './discriminants.ts';

const names = z.array(z.string());
const metadata = z.object({
  kind: z.literal('discriminants'),
  featureWidth: z.coerce.number().int().positive(),
  components: z.coerce.number().int().positive(),
  words: z.string(),
  groups: z.string(),
});

/** A fitted aligner as one file. */
export function encodeDiscriminants(known: Discriminants): Uint8Array {
  const { featureWidth: F, components: K, words, groups, groupWords } = known;
  const pairs = groupWords.length / 2;
  const bytes = new Uint8Array(groupWords.buffer, groupWords.byteOffset, groupWords.byteLength);
  return encodeSafetensors(
    [
      ['directions', float32Tensor(known.directions, [alignedLevels.length, F, K])],
      ['means', float32Tensor(known.means, [groups.length + 1, placeCount, K])],
      ['evidence', float32Tensor(known.evidence, [words.length, placeCount])],
      ['contrasts', float32Tensor(known.contrasts, [words.length, placeCount, K])],
      ['groupEvidence', float32Tensor(known.groupEvidence, [pairs, placeCount])],
      ['groupWords', { type: 'I32', shape: [pairs, 2], bytes }],
    ],
    {
      kind: 'discriminants',
      featureWidth: String(F),
      components: String(K),
      words: JSON.stringify(words),
      groups: JSON.stringify(groups),
    },
  );
}

/**
 * @param name of the file, for errors
 * @throws KaleidoError for another file, or a damaged one
 */
export function decodeDiscriminants(content: Uint8Array, name: string): Discriminants {
  const file = decodeSafetensors(content, name);
  const said = metadata.safeParse(file.metadata);
  const refuse = (found: unknown): never => {
    throw new KaleidoError({
      source: 'alignment',
      problem: `${name} does not hold a fitted aligner, or is damaged`,
      found,
      advice: 'delete it, and run the command that made it again',
    });
  };
  if (!said.success) return refuse(Object.keys(file.metadata));
  const { featureWidth: F, components: K } = said.data;
  const origin = { source: 'alignment', name } as const;
  const lists = [said.data.words, said.data.groups].map((text) => names.safeParse(parseJson(text, origin)).data);
  const [words, groups] = [lists[0] ?? refuse('words'), lists[1] ?? refuse('groups')];
  const of = (part: string, shape: readonly (number | undefined)[]): StoredTensor => {
    const tensor = file.tensors.get(part);
    const fits =
      tensor?.shape.length === shape.length &&
      shape.every((length, at) => length === undefined || length === tensor.shape[at]);
    return fits
      ? tensor
      : refuse(`tensor ${part} ${tensor === undefined ? 'is missing' : `of shape [${tensor.shape.join(', ')}]`}`);
  };
  const values = (part: string, shape: readonly (number | undefined)[]): Float32Array =>
    float32Values(of(part, shape), part);
  const groupEvidence = values('groupEvidence', [undefined, placeCount]);
  const pairs = of('groupWords', [groupEvidence.length / placeCount, 2]);
  if (pairs.type !== 'I32') return refuse(`groupWords of type ${pairs.type}`);
  return {
    featureWidth: F,
    components: K,
    words,
    groups,
    directions: values('directions', [alignedLevels.length, F, K]),
    means: values('means', [groups.length + 1, placeCount, K]),
    evidence: values('evidence', [words.length, placeCount]),
    contrasts: values('contrasts', [words.length, placeCount, K]),
    groupEvidence,
    groupWords: new Int32Array(new Uint8Array(pairs.bytes).buffer),
  };
}
