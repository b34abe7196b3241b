import { type RandomStream, randomStream } from '@kaleido/foundation';
import { type ColourName, colours } from './colours.ts';
import type { AtelierProduct, Season } from './design-product.ts';
import { fabrics } from './fabrics.ts';
import { type FeatureName, featureNames, featureWords } from './features.ts';
import { garmentKinds } from './garment-kinds.ts';
import { motifNouns, motifPlace, motifs } from './motifs.ts';
import { patterns, scaleWords } from './patterns.ts';
import type { PartName } from './sketch.ts';

/** What a mention describes: a feature of the garment, or one of these. */
export type MentionAspect = FeatureName | 'colour' | 'secondColour' | 'pattern' | 'fabric' | 'type' | 'motif';

/** The words `caption.slice(start, end)` mention that part: the boxes of the same name, on both sides. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly part: PartName;
  readonly aspect: MentionAspect;
}

export interface Caption {
  readonly caption: string;
  /** In the order of the text, without overlap. */
  readonly mentions: readonly Mention[];
}

/** One or more words; an article that depends on the next word; or punctuation, which joins the previous word. */
type Piece =
  | string
  | { readonly article: true }
  | { readonly text: string; readonly part: PartName; readonly aspect: MentionAspect };

/** How often each visible feature is mentioned: catalogues leave some out. */
const spoken = 0.84;

/** How often the colour is mentioned. */
const colourSpoken = 0.97;

/** How often the second colour is mentioned too. */
const secondSpoken = 0.85;

/**
 * How often the first word for a thing is chosen without a draw. With three words, it is then used in 70 % of the
 * cases, so that a few thousand captions are enough to learn the others too.
 */
const commonWord = 0.55;

/** The largest number of features in one sentence; a caption has 1-3 sentences. */
const listed = 4;

const departments: Readonly<Record<AtelierProduct['department'], readonly string[]>> = {
  women: ["women's", 'ladies'],
  men: ["men's", 'gents'],
  girls: ["girls'", "kids'"],
  boys: ["boys'", "kids'"],
  unisex: ['unisex', 'all-gender'],
};

const seasonal: Readonly<Record<Season, readonly string[]>> = {
  spring: ['Made for the first warm days.', 'Part of our spring edit.', 'A light layer for spring.'],
  summer: ['Made for long summer days.', 'A holiday favourite.', 'Easy to wear in the heat.'],
  autumn: ['Part of the autumn collection.', 'Made for layering when it gets cooler.', 'An autumn staple.'],
  winter: ['Keeps you warm in winter.', 'From the winter collection.', 'Made for cold mornings.'],
};

const care = [
  'Machine washable.',
  'Wash at 30 degrees.',
  'Dry clean only.',
  'Hand wash cold.',
  'Wipe clean with a soft cloth.',
  'Made in Portugal.',
  'Made in Italy.',
  'A timeless wardrobe staple.',
  'Designed in our own studio.',
  'Goes with everything.',
  'True to size.',
];

/**
 * Describes a product as a catalogue would, in 1-3 sentences: mostly what can be seen, in varying words and order, with
 * omissions. The same product and variant give the same caption; another variant says it in other words.
 */
export function writeCaption(product: AtelierProduct, variant = 0): Caption {
  const random = randomStream(product.seed, 'atelier', 'caption', product.index, variant);
  const words = gather(product, random);
  const sentences = random.pick([prose, prose, telegraphic, title, fromCloth, comesIn])(words, random);
  if (sentences.length < 3 && random.chance(0.3)) {
    sentences.push([random.chance(0.5) ? random.pick(seasonal[product.season]) : random.pick(care)]);
  }
  return spell(sentences.slice(0, 3));
}

/** The content of a caption, as pieces. */
interface Words {
  readonly plural: boolean;
  readonly department: Piece[];
  /** One colour, or both joined by "and" if the pattern is named before the type. */
  readonly colour: Piece[];
  readonly pattern: Piece[];
  /** The pattern as a noun, with its colour: `white stripes`. */
  readonly patternNoun: Piece[];
  readonly fabric: Piece[];
  readonly adjective: Piece[];
  readonly type: Piece;
  /** Features as nouns, in random order. */
  readonly details: Piece[][];
}

function gather(product: AtelierProduct, random: RandomStream): Words {
  const kind = garmentKinds[product.subcategory];
  const pattern = patterns[product.pattern];
  const plain = product.pattern === 'plain';
  const asNoun = !plain && random.chance(0.4);
  const colour: Piece[] = random.chance(colourSpoken) ? [colourPiece(product.colour, random)] : [];
  const second = product.secondColour;
  if (!asNoun && pattern.twoColours && second && colour.length > 0 && random.chance(secondSpoken)) {
    colour.push('and', colourPiece(second, random, 'secondColour'));
  }
  const scale = plain ? [] : scaleWords[product.patternScale];
  const sized: Piece[] =
    scale.length > 0 && random.chance(0.5) ? [{ text: random.pick(scale), part: 'body', aspect: 'pattern' }] : [];
  const patternAdjective: Piece[] =
    asNoun || (plain && random.chance(0.8))
      ? []
      : [...sized, { text: pickWord(pattern.adjectives, random), part: 'body', aspect: 'pattern' }];

  const type = pickWord(kind.words, random);
  const details: Piece[][] = [];
  const adjectives: Piece[] = [];
  for (const name of random.shuffle(featureNames)) {
    const value = product.features[name];
    if (value === undefined || value === 'none') continue;
    const feature = featureWords(name, value);
    if (!feature || !random.chance(spoken)) continue;
    const fitting = feature.adjectives?.filter((word) => !repeats(word, type)) ?? [];
    if (fitting.length > 0 && adjectives.length === 0 && random.chance(0.4)) {
      adjectives.push({ text: pickWord(fitting, random), part: feature.part, aspect: name });
    } else if (feature.nouns.length > 0) {
      const said = nounPieces(pickWord(feature.nouns, random), feature.part, name);
      if (second && showsTrim(name, value) && random.chance(secondSpoken))
        said.push('in', colourPiece(second, random, 'secondColour', feature.part));
      details.push(said);
    }
  }
  if (product.motif && random.chance(0.9)) {
    const motif: Piece = {
      text: `${pickWord(motifs[product.motif].words, random)} ${random.pick(motifNouns)}`,
      part: 'print',
      aspect: 'motif',
    };
    const tint: Piece[] =
      second && random.chance(secondSpoken) ? [colourPiece(second, random, 'secondColour', 'print')] : [];
    details.unshift([{ article: true }, ...tint, motif, ...(random.chance(0.4) ? [motifPlace] : [])]);
  }
  const clothes = fabrics[product.fabric].words.filter((word) => !repeats(word, type));
  return {
    plural: kind.plural ?? false,
    department: random.chance(0.3) ? [random.pick(departments[product.department])] : [],
    colour,
    pattern: patternAdjective,
    patternNoun: asNoun ? patternThing(product, sized, random) : [],
    fabric:
      clothes.length > 0 && random.chance(0.62)
        ? [{ text: pickWord(clothes, random), part: 'body', aspect: 'fabric' }]
        : [],
    adjective: adjectives,
    type: { text: type, part: 'body', aspect: 'type' },
    details,
  };
}

/** Picks a word. The first, most common one is used more often than all others together, as in real language. */
function pickWord(words: readonly string[], random: RandomStream): string {
  return random.chance(commonWord) ? (words[0] as string) : random.pick(words);
}

/** Whether the two share a word, or its beginning: no "hooded hoodie", no "denim denim jacket". */
function repeats(word: string, type: string): boolean {
  const stems = (text: string): string[] =>
    text
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter((part) => part.length > 2)
      .map((part) => part.slice(0, 4));
  const known = stems(type);
  return stems(word).some((stem) => known.includes(stem));
}

function showsTrim(name: FeatureName, value: string): boolean {
  return (
    (name === 'trim' &&
      !['cable', 'quilting', 'studs', 'epaulettes', 'crease', 'faded', 'distressed'].includes(value)) ||
    value === 'contrast' ||
    value === 'peterPan'
  );
}

function colourPiece(
  name: ColourName,
  random: RandomStream,
  aspect: 'colour' | 'secondColour' = 'colour',
  part: PartName = 'body',
): Piece {
  const { words } = colours[name];
  return { text: pickWord(words, random), part, aspect };
}

function patternThing(product: AtelierProduct, sized: readonly Piece[], random: RandomStream): Piece[] {
  const pattern = patterns[product.pattern];
  const [article, noun] = splitArticle(pickWord(pattern.nouns, random));
  const tint: Piece[] =
    pattern.twoColours && product.secondColour && random.chance(secondSpoken)
      ? [colourPiece(product.secondColour, random, 'secondColour')]
      : [];
  return [
    ...(article ? [{ article: true } as const] : []),
    ...sized,
    ...tint,
    { text: noun, part: 'body', aspect: 'pattern' },
  ];
}

function nounPieces(noun: string, part: PartName, aspect: MentionAspect): Piece[] {
  const [article, rest] = splitArticle(noun);
  return [...(article ? [{ article: true } as const] : []), { text: rest, part, aspect }];
}

/** Whether a noun has an article, and the noun without it. */
export function splitArticle(noun: string): readonly [boolean, string] {
  const match = /^an? (.+)$/.exec(noun);
  return match ? [true, match[1] as string] : [false, noun];
}

type Style = (words: Words, random: RandomStream) => Piece[][];

/** "A navy striped cotton t-shirt with a crew neck and short sleeves. It has ..." */
const prose: Style = (words, random) => {
  const details = withPattern(words, random);
  const first: Piece[] = [
    ...(words.plural ? [] : [{ article: true } as const]),
    ...words.department,
    ...words.adjective,
    ...words.colour,
    ...words.pattern,
    ...words.fabric,
    words.type,
  ];
  const inFirst = Math.min(details.length, random.pick([1, 2, 3, listed]));
  if (inFirst > 0) first.push(random.pick(['with', 'featuring', 'cut with']), ...listing(details.slice(0, inFirst)));
  return [[...first, '.'], ...haveMore(words, details.slice(inFirst), random)];
};

/** "Short-sleeve cotton t-shirt in navy. White stripes throughout. Crewneck collar, chest pocket." */
const telegraphic: Style = (words, random) => {
  const first: Piece[] = [...words.department, ...words.adjective, ...words.pattern, ...words.fabric, words.type];
  if (words.colour.length > 0) first.push('in', ...words.colour);
  const sentences: Piece[][] = [[...first, '.']];
  if (words.patternNoun.length > 0) {
    sentences.push([...words.patternNoun.filter(isWord), random.pick(['throughout', 'all over', 'all around']), '.']);
  }
  const details = words.details.slice(0, listed).map((detail) => detail.filter(isWord));
  if (details.length > 0) sentences.push([...commas(details), '.']);
  return sentences;
};

/** "Women's navy striped t-shirt, crew neck, short sleeves" */
const title: Style = (words, random) => {
  const details = [...(words.patternNoun.length > 0 ? [words.patternNoun] : []), ...words.details]
    .slice(0, listed)
    .map((detail) => detail.filter(isWord));
  const head: Piece[] = [
    ...words.department,
    ...words.colour,
    ...words.pattern,
    ...words.adjective,
    ...words.fabric,
    words.type,
  ];
  if (details.length === 0) return [[...head, '.']];
  return [[...head, random.pick([':', ',', ' -']), ...commas(details), '.']];
};

/** "Cut from cotton, this navy t-shirt has short sleeves and a crew neck." */
const fromCloth: Style = (words, random) => {
  const start: Piece[] =
    words.fabric.length > 0 ? [random.pick(['cut from', 'made of', 'crafted in', 'in']), ...words.fabric, ','] : [];
  const details = withPattern(words, random);
  const inFirst = Math.min(details.length, random.pick([1, 2, 3, listed]));
  const subject: Piece[] = [
    words.plural ? 'these' : random.pick(['this', 'our']),
    ...words.adjective,
    ...words.colour,
    ...words.pattern,
    ...(start.length === 0 ? words.fabric : []),
    words.type,
  ];
  const verbs = words.plural ? ['have', 'come with', 'feature'] : ['has', 'comes with', 'features'];
  const first: Piece[] =
    inFirst > 0
      ? [...start, ...subject, random.pick(verbs), ...listing(details.slice(0, inFirst)), '.']
      : [...start, ...subject, words.plural ? 'belong in every wardrobe' : 'belongs in every wardrobe', '.'];
  return [first, ...haveMore(words, details.slice(inFirst), random)];
};

/** "With a crew neck and short sleeves, this cotton t-shirt comes in navy." */
const comesIn: Style = (words, random) => {
  const details = words.details.slice(0, listed);
  const inFirst = Math.min(details.length, 2);
  const start: Piece[] = inFirst > 0 ? ['with', ...listing(details.slice(0, inFirst)), ','] : [];
  const subject: Piece[] = [
    words.plural ? 'these' : 'this',
    ...words.adjective,
    ...words.pattern,
    ...words.fabric,
    words.type,
  ];
  const shade: Piece[] =
    words.colour.length > 0
      ? [random.pick(words.plural ? ['come in', 'are shown in'] : ['comes in', 'is shown in']), ...words.colour]
      : [words.plural ? 'are a favourite' : 'is a favourite'];
  const print: Piece[] = words.patternNoun.length > 0 ? ['with', ...words.patternNoun] : [];
  return [[...start, ...subject, ...shade, ...print, '.'], ...haveMore(words, details.slice(inFirst), random)];
};

function withPattern(words: Words, random: RandomStream): Piece[][] {
  if (words.patternNoun.length === 0) return words.details;
  return random.chance(0.6) ? [words.patternNoun, ...words.details] : [...words.details, words.patternNoun];
}

function haveMore(words: Words, details: readonly Piece[][], random: RandomStream): Piece[][] {
  if (details.length === 0) return [];
  const said = listing(details.slice(0, listed));
  const opening = random.pick(
    words.plural ? ['they have', 'finished with', 'detailed with'] : ['it has', 'finished with', 'detailed with'],
  );
  return [[opening, ...said, '.']];
}

function isWord(piece: Piece): boolean {
  return typeof piece === 'string' || 'text' in piece;
}

/** "a, b and c" */
function listing(items: readonly Piece[][]): Piece[] {
  return items.flatMap((item, index) => [...(index === 0 ? [] : [index === items.length - 1 ? 'and' : ',']), ...item]);
}

/** "a, b, c" */
function commas(items: readonly Piece[][]): Piece[] {
  return items.flatMap((item, index) => [...(index === 0 ? [] : [',']), ...item]);
}

/** Joins the pieces and records the position of each mention. */
function spell(sentences: readonly Piece[][]): Caption {
  let caption = '';
  const mentions: Mention[] = [];
  for (const sentence of sentences) {
    let initial = true;
    for (const [index, piece] of sentence.entries()) {
      let text: string;
      if (typeof piece === 'string') text = piece;
      else if ('article' in piece) text = articleBefore(sentence[index + 1]);
      else text = piece.text;
      if (initial) text = text.charAt(0).toUpperCase() + text.slice(1);
      const joins = /^[,.:]/.test(text) || text === ' -';
      if (caption !== '' && !joins) caption += ' ';
      const start = caption.length;
      caption += text;
      if (typeof piece !== 'string' && 'part' in piece) {
        mentions.push({ start, end: caption.length, part: piece.part, aspect: piece.aspect });
      }
      initial = false;
    }
  }
  return { caption, mentions };
}

function articleBefore(next: Piece | undefined): string {
  const word = next === undefined ? '' : typeof next === 'string' ? next : 'text' in next ? next.text : '';
  // "a unisex", "a one-button": they begin with the letter of a vowel, but the sound of a consonant.
  return /^[aeiou]/i.test(word) && !/^(uni|one|eu)/i.test(word) ? 'an' : 'a';
}
