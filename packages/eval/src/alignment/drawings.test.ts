import { describe, expect, it } from '@jest/globals';
import { levels } from '@kaleido/layout';
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { type AlignedPicture, placedWords } from './aligned-picture.ts';
import { alignmentSvg } from './alignment-svg.ts';
import { drawingWidth, palette } from './drawing.ts';
import { guidedMaskingSvg } from './guided-masking-svg.ts';
import { patchWordsSvg } from './patch-words-svg.ts';
import { wordPatchesSvg } from './word-patches-svg.ts';

const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The 55 patches of a box that is the whole photograph. */
const patches = levels.flatMap(({ scale }) =>
  Array.from({ length: scale * scale }, (_, at) => {
    const [row, column] = [Math.floor(at / scale), at % scale];
    return { x0: column / scale, y0: row / scale, x1: (column + 1) / scale, y1: (row + 1) / scale };
  }),
);

/** A caption whose words are what lies between spaces, one piece each. */
function product(caption: string, pairs: AlignedPicture['pairs'] = []): AlignedPicture {
  const places = [...caption.matchAll(/\S+/g)].map(({ index, 0: { length } }) => [index, index + length] as const);
  const T = places.length + 2;
  const words = placedWords(new Uint8Array(T).fill(1), T, [[0, 0], ...places, [0, 0]]);
  return { picture, width: 60, height: 80, caption, words, patches, pairs };
}

const pair = (token: number, patch: number, weight: number) => ({ token, patch, weight });
/** Level 5 begins at 30: the first row's first patch, its second, and the last one; 5 is of level 3, 14 of level 4. */
const dress = product('red dress with lace hem', [
  pair(1, 31, 0.4),
  pair(2, 31, 0.4),
  pair(2, 30, 0.3),
  pair(4, 54, 0.2),
  pair(5, 54, 0.2),
  pair(5, 14, 0.5),
  pair(5, 5, 0.6),
]);

const drawn = (svg: string) => parseHTML(`<body>${svg}</body>`).document;
const texts = (svg: string): string[] =>
  [...drawn(svg).querySelectorAll('text')].map(({ textContent }) => textContent ?? '');
const descriptionOf = (svg: string): string => drawn(svg).querySelector('desc')?.textContent ?? '';

describe('placedWords', () => {
  it('spans the pieces of each word', () => {
    // t, ##shirt and red
    const offsets = [
      [0, 0],
      [0, 1],
      [1, 6],
      [7, 10],
      [0, 0],
    ] as const;
    expect(placedWords(Uint8Array.of(0, 1, 0, 1, 0), 5, offsets)).toEqual([
      { start: 1, end: 3, from: 0, to: 6 },
      { start: 3, end: 4, from: 7, to: 10 },
    ]);
  });
});

describe('wordPatchesSvg', () => {
  it('shades the patches of level 5 by weight, and marks the word', () => {
    const svg = wordPatchesSvg(dress, 1);
    const shades = [...drawn(svg).querySelectorAll('rect[fill-opacity]')];
    expect(shades.map((rect) => [rect.getAttribute('fill-opacity'), rect.textContent])).toEqual([
      ['0.65', 'level 5, row 1, column 2: 0.40'],
      ['0.54', 'level 5, row 1, column 1: 0.30'],
    ]);
    expect(drawn(svg).querySelector('text[fill="#fff"]')?.textContent).toBe('dress');
    expect(drawn(svg).querySelector('title')?.textContent).toBe('Where “dress” shows');
  });

  it('says that a word has no patch, and which words there are', () => {
    expect(descriptionOf(wordPatchesSvg(dress, 2))).toBe('No patch of level 5. Caption: red dress with lace hem');
    expect(() => wordPatchesSvg(dress, 5)).toThrow(
      '@kaleido/eval: the caption has no such word, found 5; give the index of a word, 0 to 4',
    );
  });
});

describe('patchWordsSvg', () => {
  it('marks the words of the patch', () => {
    const svg = patchWordsSvg(dress, 54);
    expect([...drawn(svg).querySelectorAll('text[fill="#fff"]')].map(({ textContent }) => textContent)).toEqual([
      'lace',
      'hem',
    ]);
    expect(descriptionOf(svg)).toMatch(/^“lace” \(0\.20\), “hem” \(0\.20\)\. /);
    expect(descriptionOf(patchWordsSvg(dress, 40))).toMatch(/^No word is paired with it\. /);
    expect(() => patchWordsSvg(dress, 55)).toThrow(/no such patch, found 55; /);
  });
});

describe('alignmentSvg', () => {
  it('gives each word the number and the colour of its best patch', () => {
    const svg = alignmentSvg(dress);
    // The numbers of the patches, then the caption; the last word of a phrase has its number.
    expect(texts(svg)).toEqual(['1', '2', 'red', 'dress', '1', 'with', 'lace', 'hem', '2']);
    expect(descriptionOf(svg)).toBe(
      '1: “red”, “dress” at level 5, row 1, column 2; 2: “lace”, “hem” at level 5, row 5, column 5. Caption: red dress with lace hem',
    );
    const frames = [...drawn(svg).querySelectorAll('rect[fill="none"]')].map((rect) => rect.getAttribute('stroke'));
    expect(frames).toEqual(['#fff', palette[0], '#fff', palette[1]]);
  });

  it('draws another level', () => {
    expect(texts(alignmentSvg(dress, { scale: 4 }))).toEqual(['1', 'red', 'dress', 'with', 'lace', 'hem', '1']);
    expect(descriptionOf(alignmentSvg(product('a hat')))).toBe('No word has a patch. Caption: a hat');
  });

  it('joins the words of `t-shirt` into one field', () => {
    const words = [
      { start: 1, end: 2, from: 0, to: 1 },
      { start: 3, end: 4, from: 2, to: 7 },
    ];
    const shirt = { ...product('t-shirt', [pair(1, 30, 1), pair(3, 30, 1)]), words };
    expect(texts(alignmentSvg(shirt))).toEqual(['1', 't-shirt', '1']);
  });

  it('takes the colour of the text beside it, or the given one', () => {
    expect(drawn(alignmentSvg(dress)).querySelector('svg')?.getAttribute('color')).toBe('currentColor');
    expect(
      drawn(alignmentSvg(dress, { ink: '#eee' }))
        .querySelector('svg')
        ?.getAttribute('color'),
    ).toBe('#eee');
  });
});

describe('guidedMaskingSvg', () => {
  const hidden = { pieces: [1], patches: [5, 14, 54], intruder: picture };

  it('shows what is hidden and what tells of it', () => {
    const svg = guidedMaskingSvg(dress, hidden);
    expect(texts(svg)).toEqual(['camouflaged', 'greyed', 'blanked', 'red', 'dress', 'with', 'lace', 'hem']);
    expect(descriptionOf(svg)).toBe(
      'Masked words: “red”. Hidden patches: level 3, row 1, column 1; level 4, row 1, column 1; level 5, row 5, column 5. Words that tell of hidden patches: “lace”, “hem”. Caption: red dress with lace hem',
    );
    const document = drawn(svg);
    expect(document.querySelector('text[fill="#fff"]')?.textContent).toBe('red');
    // The patch of the masked word, and the three hidden ones.
    const count = (colour: string): number => document.querySelectorAll(`rect[stroke="${colour}"]`).length;
    expect([count(palette[0]), count(palette[1])]).toEqual([1, 3]);
  });

  it('holds the photograph once, under a name that depends on it', () => {
    const document = drawn(guidedMaskingSvg(dress, { pieces: [], patches: [] }));
    expect(document.querySelectorAll('image')).toHaveLength(1);
    const id = document.querySelector('image')?.id;
    expect([...document.querySelectorAll('use')].map((use) => use.getAttribute('href'))).toEqual([`#${id}`, `#${id}`]);
    const other = guidedMaskingSvg({ ...dress, picture: 'other.jpg' }, { pieces: [], patches: [] });
    expect(drawn(other).querySelector('image')?.id).not.toBe(id);
    expect(texts(guidedMaskingSvg(dress, { pieces: [], patches: [5] }))).toContain('?');
  });

  it('refuses a patch that does not exist', () => {
    expect(() => guidedMaskingSvg(dress, { pieces: [], patches: [-1] })).toThrow(/no such patch, found -1; /);
  });
});

describe('drawings', () => {
  const character = fc.oneof(
    fc.constantFrom(...'<>&"\'-–  \t\n\u0000\u0008\u000b\ufffe\ud800é衣👗٣]]>'),
    fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }),
  );
  const caption = fc.array(character, { maxLength: 40 }).map((parts) => parts.join(''));

  it('are well-formed for any caption', async () => {
    // librsvg parses XML as it is written, and refuses what is not.
    await expect(
      sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g></svg>')).metadata(),
    ).rejects.toThrow();
    await fc.assert(
      fc.asyncProperty(caption, fc.array(fc.nat({ max: 54 }), { maxLength: 12 }), async (text, places) => {
        const given = product(text);
        const pairs = places.map((patch, at) => pair(1 + (at % Math.max(1, given.words.length)), patch, 1 / (at + 1)));
        const all = { ...given, pairs };
        const svgs = [
          alignmentSvg(all),
          alignmentSvg(all, { scale: 3, ink: text }),
          patchWordsSvg(all, places[0] ?? 0),
          guidedMaskingSvg(all, { pieces: [1], patches: places.slice(0, 3), intruder: picture }),
          ...all.words.slice(0, 1).map((_, word) => wordPatchesSvg(all, word)),
        ];
        for (const svg of svgs) expect((await sharp(Buffer.from(svg)).metadata()).width).toBe(drawingWidth);
      }),
      { numRuns: 60 },
    );
  });

  it('keep all text within their width', () => {
    fc.assert(
      fc.property(caption, (text) => {
        const given = product(text);
        const svg = alignmentSvg({ ...given, pairs: given.words.map(({ start }) => pair(start, 30 + (start % 7), 1)) });
        for (const element of drawn(svg).querySelectorAll('text[textLength]')) {
          const [x, width] = ['x', 'textLength'].map((name) => Number(element.getAttribute(name))) as [number, number];
          expect(x + width).toBeLessThanOrEqual(drawingWidth + 0.01);
        }
      }),
    );
  });

  it('have colours that can be read with white text, and seen on black and on white', () => {
    for (const colour of palette) {
      const [r, g, b] = [1, 3, 5].map((at) => {
        const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      expect(1.05 / (luminance + 0.05)).toBeGreaterThanOrEqual(4.5);
      expect((luminance + 0.05) / 0.05).toBeGreaterThanOrEqual(3);
    }
  });
});
