import { describe, expect, it } from '@jest/globals';
import { decodeSafetensors, encodeSafetensors } from '@kaleido/foundation';
import type { Alignment } from '@kaleido/layout';
import fc from 'fast-check';
import { placedProducts, tokenizer } from '../test/placed-products.ts';
import { type AlignmentProvenance, alignmentTable, decodeAlignments, encodeAlignments } from './alignment-table.ts';
import { decodeDiscriminants, encodeDiscriminants } from './discriminants/discriminants-file.ts';
import { fitDiscriminants } from './discriminants/fit-discriminants.ts';

const provenance: AlignmentProvenance = {
  aligner: '{"kind":"discriminants"}',
  features: 'f1',
  vocabulary: 'v1',
  captions: 'c1',
};
const rows: Alignment[][] = [
  [
    { token: 3, patch: 31, weight: 0.5 },
    { token: 4, patch: 5, weight: 1 },
  ],
  [],
  [{ token: 1, patch: 54, weight: 0.25 }],
];

describe('alignments as a file', () => {
  it('come back as they were', () => {
    const pair = fc.record({
      token: fc.nat(62),
      patch: fc.nat(54),
      weight: fc.integer({ min: 1, max: 1024 }).map((n) => n / 1024),
    });
    fc.assert(
      fc.property(fc.array(fc.array(pair, { maxLength: 6 }), { maxLength: 8 }), (all) => {
        const table = decodeAlignments(Buffer.from(encodeAlignments(all, provenance)), 'a', provenance);
        expect(all.map((_, row) => table.of(row))).toEqual(all);
        expect(table).toMatchObject({
          rows: all.length,
          pairs: all.flat().length,
          unaligned: all.filter((pairs) => pairs.length === 0).length,
        });
      }),
    );
    expect(() => alignmentTable(rows).of(3)).toThrow('row 3 of alignments with 3 rows');
  });

  it.each([
    ['features', 'features'],
    ['vocabulary', 'vocabulary'],
    ['captions', 'captions'],
    ['aligner', 'settings of the aligner'],
  ])('of other %s are refused by name', (part, said) => {
    const content = encodeAlignments(rows, { ...provenance, [part]: 'other' });
    expect(() => decodeAlignments(content, 'x.safetensors', provenance)).toThrow(
      `@kaleido/alignment: the alignments in x.safetensors are of other ${said}, found "other"`,
    );
  });

  it('that are damaged are refused', () => {
    const { tensors } = decodeSafetensors(encodeAlignments(rows, provenance), 'a');
    const starts = { ...tensors.get('starts')!, bytes: new Uint8Array(16).fill(9) };
    for (const entries of [
      [...tensors].slice(1),
      [...tensors].map(([name, tensor]) => [name, name === 'starts' ? starts : tensor] as const),
    ])
      expect(() => decodeAlignments(encodeSafetensors(entries, { ...provenance }), 'a', provenance)).toThrow(
        'a does not hold alignments, or is damaged',
      );
    expect(() => decodeAlignments(new Uint8Array(3), 'a', provenance)).toThrow('@kaleido/');
  });
});

describe('a fitted aligner as a file', () => {
  it('comes back as it was; another file is refused', async () => {
    const known = await fitDiscriminants(placedProducts(200, 1), { vocabulary: tokenizer.vocabulary });
    const content = encodeDiscriminants(known);
    expect(decodeDiscriminants(content, 'a')).toEqual(known);
    // As read from disk.
    expect(decodeDiscriminants(Buffer.from(content), 'a')).toEqual(known);
    const { tensors, metadata } = decodeSafetensors(content, 'a');
    for (const [entries, told, found] of [
      [[...tensors], {}, /found \[\]/],
      [[...tensors].slice(1), metadata, /directions is missing/],
      [[...tensors], { ...metadata, components: '3' }, /of shape/],
      [[...tensors], { ...metadata, words: '{}' }, /words/],
    ] as const)
      expect(() => decodeDiscriminants(encodeSafetensors(entries, told), 'a')).toThrow(found);
  });
});
