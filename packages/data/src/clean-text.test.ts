import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText, looksLikeMojibake, noCleaning } from './clean-text.ts';

describe('cleaning of captions', () => {
  it.each([
    ['<p>Red dress.</p><p>Silk &amp; lace</p>', 'Red dress. Silk & lace'],
    ['&lt;b&gt;Bold&lt;/b&gt; caf&amp;eacute;', 'Bold café'],
    ['size < 40 and > 36', 'size < 40 and > 36'],
    ['<script>alert("<b>")</script>Shirt<!-- <p> -->', 'Shirt'],
    ['<SCRIPT>alert("<b>")</Script >Shirt<style>p{}</STYLE>s', 'Shirt s'],
    ['a \u00a0\t b\u0000c\u200bd\r\n', 'a b c d'],
    ['=HYPERLINK("http://x.test")', '=HYPERLINK("http://x.test")'],
  ])('%j becomes %j', (text, clean) => expect(cleanText(text)).toBe(clean));

  it('cuts after a sentence that fits, else after a word', () => {
    expect(cleanText('One. Two three. Four five six.', { longest: 18 })).toBe('One. Two three.');
    expect(cleanText('One two three', { longest: 9 })).toBe('One two');
    expect(cleanText('Size 3.5 only', { longest: 9 })).toBe('Size 3.5');
    expect(cleanText('onetwothree', { longest: 5 })).toBe('onetw');
    expect(cleanText('好看的红裙。很长的描述', { longest: 8 })).toBe('好看的红裙。');
  });

  it('never gives more than the longest, nor half of a character', () => {
    expect(cleanText('好看的红裙子。很长', { longest: 6 })).toBe('好看的红裙子');
    expect(cleanText('ab\u{1f457}\u{1f457}', { longest: 3 })).toBe('ab');
    expect(cleanText('\u{1f457}\u{1f457}', { longest: 2 })).toBe('\u{1f457}');
    const texts = fc.string({ unit: fc.constantFrom('a', ' ', '.', '。', '!', '\u{1f457}', '\n'), maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 20 }), fc.boolean(), (text, longest, whiteSpace) => {
        const cut = cleanText(text, { longest, whiteSpace });
        expect(cut.length).toBeLessThanOrEqual(longest);
        // Half a pair cannot be written as a URI.
        encodeURIComponent(cut);
        if (text.trim() !== '') expect(cut).not.toBe('');
      }),
    );
  });

  it('repairs mojibake only if asked', () => {
    expect(cleanText('cafÃ© â€\u201c naÃ¯ve', { mojibake: true })).toBe('café – naïve');
    expect(cleanText('cafÃ©')).toBe('cafÃ©');
    expect(looksLikeMojibake('Größe Ã la carte, Été')).toBe(false);
    for (const text of ['Größe', 'Müller', '½ zip, ±5 °C', '红色连衣裙'])
      expect(cleanText(text, { mojibake: true })).toBe(text);
  });

  it('changes nothing if all is off, and nothing a second time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(cleanText(text, noCleaning)).toBe(text)));
    fc.assert(
      fc.property(fc.string(), (text) => {
        const clean = cleanText(text, { html: false, entities: false });
        expect(cleanText(clean, { html: false, entities: false })).toBe(clean);
      }),
    );
  });

  it('needs little time for hostile text', () => {
    const begun = performance.now();
    for (const text of [
      '<'.repeat(50_000),
      '<a '.repeat(25_000),
      '<script>'.repeat(50_000),
      '<!--'.repeat(50_000),
      '&amp;'.repeat(25_000),
    ])
      cleanText(text);
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});
