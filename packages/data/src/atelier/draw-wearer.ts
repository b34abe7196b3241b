import type { RandomStream } from '@kaleido/foundation';
import { type ColourName, colours, darker, lighter, mix } from './colours.ts';
import type { SubcategoryName } from './garment-kinds.ts';
import { garmentKinds } from './garment-kinds.ts';
import { Outline, round } from './outline.ts';

/** Where a garment is on its wearer; bags, shoes and the like are photographed alone. */
type Place = 'upper' | 'whole' | 'lower' | 'head';

const places: Readonly<Record<string, Place>> = {
  tops: 'upper',
  shirts: 'upper',
  knitwear: 'upper',
  sweatshirts: 'upper',
  jackets: 'upper',
  coats: 'whole',
  dresses: 'whole',
  jumpsuits: 'whole',
  skirts: 'lower',
  trousers: 'lower',
  jeans: 'lower',
  shorts: 'lower',
  hats: 'head',
};

const skins = ['#f3d3bf', '#e8bc9c', '#d9a37c', '#c08a62', '#9c6b48', '#7a5136', '#573823', '#e9c8b4'];
const hairs = ['#17130f', '#2a1d16', '#463021', '#6b4a2f', '#a47b4a', '#d0ae74', '#5c1f16', '#8d8a86'];

export interface GarmentBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Shapes behind and in front of a garment. */
export interface Wearer {
  readonly behind: string;
  readonly before: string;
}

/**
 * A figure that wears a garment of that box: head and hair, arms in a pose, other clothes. It is rough: a network has
 * to see that somebody is there, not who. Undefined for products that are photographed alone.
 */
export function drawWearer(subcategory: SubcategoryName, box: GarmentBox, random: RandomStream): Wearer | undefined {
  const place = places[garmentKinds[subcategory].category];
  if (place === undefined) return undefined;
  const figure = new Figure(random);
  const { x, y, width, height } = box;
  const middle = x + width / 2;
  if (place === 'head') {
    const size = width * (0.28 + 0.08 * random.uniform());
    figure.head(middle, y + height * 0.55 + size, size);
    figure.torso(middle, y + height * 0.55 + 2.5 * size, size * 3.4, size * 5);
    return figure.drawn();
  }
  // Sleeves may be spread, so the width says little; the height limits the shoulders.
  const shoulders =
    place === 'lower'
      ? Math.min(width * 1.15, height * 0.75) * (0.9 + 0.3 * random.uniform())
      : Math.min(width * 0.66, height * (place === 'whole' ? 0.4 : 0.66)) * (0.9 + 0.2 * random.uniform());
  if (place === 'lower') {
    const torso = shoulders * (1.2 + 0.3 * random.uniform());
    figure.legs(middle, y + height * 0.3, shoulders, height * (0.7 + 0.35 * random.uniform()));
    figure.arms(middle, y - torso * 0.92, shoulders);
    figure.torso(middle, y - torso, shoulders, torso * 1.2);
    if (random.chance(0.4)) figure.head(middle, y - torso - shoulders * 0.32, shoulders * 0.24);
    return figure.drawn();
  }
  figure.legs(middle, y + height * 0.85, shoulders, shoulders * (0.4 + 1.8 * random.uniform()));
  figure.arms(middle, y + shoulders * 0.16, shoulders);
  const headSize = shoulders * (0.22 + 0.06 * random.uniform());
  figure.head(middle, y - headSize * (0.85 + 0.35 * random.uniform()), headSize);
  return figure.drawn();
}

class Figure {
  readonly #random: RandomStream;
  readonly #skin: string;
  readonly #hair: string;
  readonly #behind: string[] = [];
  readonly #before: string[] = [];

  constructor(random: RandomStream) {
    this.#random = random;
    this.#skin = random.pick(skins);
    this.#hair = random.pick(hairs);
  }

  drawn(): Wearer {
    return { behind: this.#behind.join(''), before: this.#before.join('') };
  }

  /** Neck, face and hair around the middle of a head of that half width. */
  head(x: number, y: number, size: number): void {
    const random = this.#random;
    const tall = size * 1.32;
    const skin = this.#skin;
    const lit = lighter(skin, 0.08);
    const length = random.pick([0.35, 0.5, 0.6, 1.4, 2.2, 2.8]);
    // Long hair falls behind the shoulders.
    this.#fill(Outline.ellipse(x, y - tall * 0.12, size * 1.16, tall * 1.08), this.#hair);
    if (length > 1)
      this.#fill(Outline.box(x - size * 1.18, y - tall * 0.2, size * 2.36, tall * length, size * 0.7), this.#hair);
    this.#fill(Outline.box(x - size * 0.45, y + tall * 0.5, size * 0.9, tall * 0.95, size * 0.2), darker(skin, 0.12));
    this.#fill(Outline.ellipse(x, y + tall * 1.42, size * 1.1, tall * 0.36), skin);
    this.#fill(Outline.ellipse(x, y + tall * 0.04, size * 0.92, tall * 0.94), lit);
    const parting = (random.uniform() - 0.5) * size;
    this.#fill(
      Outline.smooth([
        [x - size, y - tall * 0.1],
        [x - size * 0.7, y - tall * 0.95],
        [x, y - tall * 1.16],
        [x + size * 0.7, y - tall * 0.95],
        [x + size, y - tall * 0.1],
        [x + size * 0.55, y - tall * 0.5],
        [x + parting, y - tall * (0.5 + 0.2 * random.uniform())],
        [x - size * 0.55, y - tall * 0.5],
      ]),
      this.#hair,
    );
    for (const side of [-1, 1]) {
      this.#fill(Outline.ellipse(x + side * size * 0.36, y, size * 0.13, size * 0.09), '#2b221c');
      this.#stroke(
        Outline.from(x + side * size * 0.2, y - size * 0.22).line(x + side * size * 0.55, y - size * 0.24),
        this.#hair,
        size * 0.08,
      );
    }
    this.#fill(Outline.ellipse(x, y + tall * 0.24, size * 0.1, size * 0.16), darker(skin, 0.15));
    this.#fill(Outline.ellipse(x, y + tall * 0.5, size * 0.27, size * 0.09), mix(skin, '#a03038', 0.55));
  }

  /** Both arms from the shoulders down: hanging, bent, or with the hands on the hips. */
  arms(x: number, y: number, shoulders: number): void {
    const random = this.#random;
    const sleeve = random.chance(0.5) ? this.#skin : this.#cloth();
    for (const side of [-1, 1] as const) {
      if (random.chance(0.12)) continue;
      const reach = shoulders * (0.62 + 0.12 * random.uniform());
      const out = random.pick([0.06, 0.16, 0.32, 0.5]);
      const elbow = [x + side * (shoulders * 0.5 + reach * out), y + reach * (0.95 - 0.4 * out)] as const;
      const back = random.pick([0.1, 0, -0.25, -0.6]);
      const hand = [elbow[0] + side * reach * back, elbow[1] + reach * (0.9 - 0.35 * Math.abs(back))] as const;
      const upper = Outline.from(x + side * shoulders * 0.42, y).line(elbow[0], elbow[1]);
      const lower = Outline.from(elbow[0], elbow[1]).line(hand[0], hand[1]);
      const before = random.chance(0.3);
      const thick = shoulders * (0.15 + 0.06 * random.uniform());
      this.#stroke(upper, sleeve, thick * 1.12);
      this.#stroke(lower, this.#skin, thick * 0.88, before);
      this.#fill(Outline.ellipse(hand[0], hand[1], thick * 0.55, thick * 0.7), lighter(this.#skin, 0.05), before);
    }
  }

  /** Clothes above a garment for the lower body. */
  torso(x: number, y: number, shoulders: number, height: number): void {
    const cloth = this.#cloth();
    const [top, waist] = [shoulders / 2, shoulders * 0.4];
    this.#fill(
      Outline.smooth(
        [
          [x - top * 0.4, y - height * 0.02],
          [x - top, y + height * 0.08],
          [x - waist, y + height * 0.6],
          [x - waist * 1.1, y + height],
          [x + waist * 1.1, y + height],
          [x + waist, y + height * 0.6],
          [x + top, y + height * 0.08],
          [x + top * 0.4, y - height * 0.02],
        ],
        0.6,
      ),
      cloth,
    );
  }

  /** Hips and legs, bare or in trousers, with or without shoes. */
  legs(x: number, y: number, shoulders: number, length: number): void {
    const random = this.#random;
    const cloth = random.chance(0.35) ? this.#skin : this.#cloth();
    const thick = shoulders * (0.24 + 0.08 * random.uniform());
    const spread = shoulders * (0.17 + 0.06 * random.uniform());
    this.#fill(Outline.box(x - spread - thick / 2, y - thick, 2 * spread + thick, thick * 1.6, thick * 0.4), cloth);
    for (const side of [-1, 1]) {
      const foot = x + side * (spread + shoulders * 0.1 * random.uniform());
      this.#stroke(Outline.from(x + side * spread, y).line(foot, y + length), cloth, thick);
      if (random.chance(0.6)) {
        const shoe = random.pick(['#1c1a19', '#6b4a33', '#f1f0ee', '#9a2f2c', '#2b3c58']);
        this.#fill(Outline.ellipse(foot + side * thick * 0.2, y + length, thick * 0.62, thick * 0.34), shoe);
      }
    }
  }

  #cloth(): string {
    const names = Object.keys(colours) as ColourName[];
    return colours[this.#random.pick(names)].hex;
  }

  #fill(outline: Outline, colour: string, before = false): void {
    (before ? this.#before : this.#behind).push(
      `<path d="${outline}" fill="${colour}" stroke="${darker(colour, 0.2)}" stroke-width="0.4"/>`,
    );
  }

  #stroke(outline: Outline, colour: string, width: number, before = false): void {
    (before ? this.#before : this.#behind).push(
      `<path d="${outline}" fill="none" stroke="${colour}" stroke-width="${round(width)}" stroke-linecap="round" stroke-linejoin="round"/>`,
    );
  }
}
