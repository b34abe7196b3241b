import { createTokenizer, trainWordPieceVocabulary } from '@kaleido/tokenizer';
import { describe, expect, it } from 'vitest';

describe('the tokenizer in a page', () => {
  const captions = ['Slim high-rise jeans, faded blue', 'Jeans in blue; café au lait trim', 'ﬁne wool 漢字 coat'];

  it('trains a vocabulary, and encodes and decodes captions with it', () => {
    const tokenizer = createTokenizer(trainWordPieceVocabulary(captions, { size: 80 }));
    for (const caption of captions) {
      const { ids, mask } = tokenizer.encode(caption, { maximumLength: 48, pad: true });
      expect(ids).toHaveLength(48);
      expect(mask[0]).toBe(1);
    }
    expect(tokenizer.decode(tokenizer.encode(captions[0]!).ids)).toBe('slim high - rise jeans, faded blue');
    expect(tokenizer.decode(tokenizer.encode(captions[2]!).ids)).toContain('漢 字');
  });
});
