import type { Affine } from './affine.ts';
import { darker, lighter, lightness, mix } from './colours.ts';
import type { Fabric } from './fabrics.ts';
import { type Bounds, joinBounds, Outline, round } from './outline.ts';
import type { PatternDrawing } from './patterns.ts';

/** All names of garment parts, for captions and boxes. */
export type PartName =
  | 'body'
  | 'bodice'
  | 'sleeve'
  | 'cuff'
  | 'neckline'
  | 'collar'
  | 'hood'
  | 'closure'
  | 'pocket'
  | 'hem'
  | 'belt'
  | 'skirt'
  | 'leg'
  | 'waistband'
  | 'strap'
  | 'print'
  | 'trim'
  | 'upper'
  | 'sole'
  | 'heel'
  | 'toe'
  | 'handle'
  | 'flap'
  | 'brim'
  | 'crown'
  | 'fringe'
  | 'ornament';

export type Side = 'left' | 'right';

/** A part's place in garment coordinates, before it is placed on the picture. */
export interface DrawnPart {
  readonly part: PartName;
  /** As seen in the picture, not from the wearer. */
  readonly side?: Side;
  readonly bounds: (transform: Affine) => Bounds;
}

/** The colours that a product is drawn in, of one dye lot. */
export interface Palette {
  readonly first: string;
  readonly second: string;
  /** Of collars, bands, soles and other contrasts; the first colour if the product has no second one. */
  readonly trim: string;
  readonly metal: string;
}

/** Where the light comes from: the left (-1) or the right (1). */
export type Light = -1 | 1;

export interface Fold {
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly width: number;
  /** Degrees from upright. */
  readonly turn: number;
  /** -1..1: a shadow below 0, a highlight above 0. */
  readonly strength: number;
}

export interface PanelOptions {
  readonly part?: PartName;
  readonly side?: Side;
  /** The patterned cloth (default), or one colour. */
  readonly paint?: 'cloth' | (string & {});
  /** Degrees by which the pattern is turned on the panel. */
  readonly grain?: number;
  /** How it is shaded: `round` like a torso or a leg, at an angle; `flat`; `none`. */
  readonly shade?: 'round' | 'flat' | 'none';
  /** The angle of the panel's axis from upright, for `round`. */
  readonly axis?: number;
  readonly folds?: readonly Fold[];
  /** A cloth other than the garment's own. */
  readonly weave?: Fabric;
  /** The dark line around it, in centimetres. */
  readonly edge?: number;
}

export interface LineOptions {
  readonly part?: PartName;
  readonly side?: Side;
  readonly colour?: string;
  readonly width?: number;
  readonly opacity?: number;
  /** Dashes in centimetres: a stitched seam. */
  readonly dashes?: string;
  readonly round?: boolean;
}

/** Collects the shapes of a garment, in centimetres: x grows to the right from its middle, y down from its top. */
export class Sketch {
  readonly palette: Palette;
  readonly #fabric: Fabric;
  readonly #pattern: PatternDrawing;
  readonly #patternScale: number;
  readonly #light: Light;
  readonly #shapes: string[] = [];
  readonly #shadows: string[] = [];
  readonly #definitions = new Map<string, string>();
  readonly #parts: DrawnPart[] = [];
  readonly #silhouettes: Outline[] = [];
  /** All outlines of the foreground, each with half its line width. */
  readonly #extents: { readonly outline: Outline; readonly reach: number }[] = [];
  #shift: readonly [number, number] = [0, 0];

  constructor(palette: Palette, fabric: Fabric, pattern: PatternDrawing, patternScale: number, light: Light) {
    this.palette = palette;
    this.#fabric = fabric;
    this.#pattern = pattern;
    this.#patternScale = patternScale;
    this.#light = light;
  }

  /** SVG text of the garment, in its own coordinates. */
  get shapes(): string {
    return this.#shapes.join('');
  }

  /** SVG text of the shadows on the ground, which are not part of the garment. */
  get shadows(): string {
    return this.#shadows.join('');
  }

  get definitions(): string {
    return [...this.#definitions].map(([content, id]) => content.replace('ID', id)).join('');
  }

  get parts(): readonly DrawnPart[] {
    return this.#parts;
  }

  /** One path over all panels: the shape of its shadow. */
  get silhouette(): string {
    return this.#silhouettes.map(String).join('');
  }

  bounds(transform: Affine): Bounds {
    return this.#extents.map(({ outline, reach }) => reachingBounds(outline, reach, transform)).reduce(joinBounds);
  }

  /** Draws at an offset, e.g. a second shoe next to the first. */
  moved(byX: number, byY: number, draw: () => void): void {
    const before = this.#shift;
    this.#shift = [before[0] + byX, before[1] + byY];
    draw();
    this.#shift = before;
  }

  /** A piece of cloth, leather or rubber: filled, woven, shaded, folded. */
  panel(drawn: Outline, options: PanelOptions = {}): void {
    const outline = drawn.shifted(...this.#shift);
    const { paint = 'cloth', grain = 0, shade = 'round', axis = 0, folds = [], weave, edge = 0.45 } = options;
    const data = outline.toString();
    const base = paint === 'cloth' ? this.palette.first : paint;
    const fabric = weave ?? this.#fabric;
    const edgeColour = lightness(base) < 0.14 ? lighter(base, 0.16) : darker(base, 0.42);
    this.#shapes.push(
      `<path d="${data}" fill="${base}" stroke="${edgeColour}" stroke-width="${round(edge)}" stroke-linejoin="round"/>`,
    );
    if (paint === 'cloth') {
      const fill = this.#patternFill(grain, outline);
      if (fill) this.#shapes.push(`<path d="${data}" fill="${fill}"/>`);
    }
    if (fabric.weave) {
      this.#shapes.push(`<path d="${data}" fill="${this.#weaveFill(fabric, base, grain)}"/>`);
    }
    if (folds.length > 0) {
      const clip = this.#define(`<clipPath id="ID"><path d="${data}"/></clipPath>`);
      this.#shapes.push(
        `<g clip-path="url(#${clip})">${folds.map((fold) => this.#fold({ ...fold, x: fold.x + this.#shift[0], y: fold.y + this.#shift[1] }, base, fabric)).join('')}</g>`,
      );
    }
    if (shade !== 'none') {
      this.#shapes.push(`<path d="${data}" fill="${this.#shadeFill(shade, axis, base, fabric.shine)}"/>`);
    }
    this.#silhouettes.push(outline);
    this.#extents.push({ outline, reach: edge / 2 });
    this.#record(outline, options.part, options.side, edge / 2);
  }

  /** The same panel on both sides. The picture's right is drawn; the left is its mirror image. */
  panels(right: Outline, options: PanelOptions = {}): void {
    const mirroredFolds = options.folds?.map((fold) => ({ ...fold, x: -fold.x, turn: -fold.turn }));
    this.panel(right.mirrored(), {
      ...options,
      side: 'left',
      grain: -(options.grain ?? 0),
      axis: -(options.axis ?? 0),
      ...(mirroredFolds ? { folds: mirroredFolds } : {}),
    });
    this.panel(right, { ...options, side: 'right' });
  }

  line(drawn: Outline, options: LineOptions = {}): void {
    const outline = drawn.shifted(...this.#shift);
    const { width = 0.4, opacity = 0.55, colour = this.seamColour() } = options;
    this.#shapes.push(
      `<path d="${outline}" fill="none" stroke="${colour}" stroke-width="${round(width)}"${opacity < 1 ? ` stroke-opacity="${opacity}"` : ''}${options.dashes ? ` stroke-dasharray="${options.dashes}"` : ''}${options.round ? ' stroke-linecap="round" stroke-linejoin="round"' : ''}/>`,
    );
    // Thin or faint lines are seams inside a panel; the others are straps, cords and fringes.
    if (width >= 0.9 && opacity > 0.85) this.#extents.push({ outline, reach: width / 2 });
    this.#record(outline, options.part, options.side, width / 2);
  }

  lines(right: Outline, options: LineOptions = {}): void {
    this.line(right.mirrored(), { ...options, side: 'left' });
    this.line(right, { ...options, side: 'right' });
  }

  /** A row of stitches. */
  stitch(outline: Outline, options: LineOptions = {}): void {
    this.line(outline, { width: 0.35, opacity: 0.8, dashes: '1.1 0.7', ...options });
  }

  stitches(right: Outline, options: LineOptions = {}): void {
    this.lines(right, { width: 0.35, opacity: 0.8, dashes: '1.1 0.7', ...options });
  }

  /** A flat shape on top of a panel that casts no shadow of its own: print, opening, ornament. */
  mark(drawn: Outline, colour: string, options: { part?: PartName; side?: Side; opacity?: number } = {}): void {
    const outline = drawn.shifted(...this.#shift);
    const opacity = options.opacity ?? 1;
    this.#shapes.push(`<path d="${outline}" fill="${colour}"${opacity < 1 ? ` fill-opacity="${opacity}"` : ''}/>`);
    this.#record(outline, options.part, options.side, 0);
  }

  /** A motif given as path data in the square -1..1. */
  motif(data: string, atX: number, atY: number, size: number, colour: string): void {
    const [x, y] = [atX + this.#shift[0], atY + this.#shift[1]];
    this.#shapes.push(
      `<path d="${data}" fill="${colour}" fill-rule="evenodd" transform="translate(${round(x)} ${round(y)}) scale(${round(size)})"/>`,
    );
    const box = { left: x - size, top: y - size, right: x + size, bottom: y + size };
    this.#parts.push({ part: 'print', bounds: boxBounds(box) });
  }

  button(atX: number, atY: number, radius: number, colour: string, part: PartName = 'closure'): void {
    const [x, y] = [atX + this.#shift[0], atY + this.#shift[1]];
    const rim = lightness(colour) < 0.3 ? lighter(colour, 0.35) : darker(colour, 0.5);
    this.#shapes.push(
      `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${colour}" stroke="${rim}" stroke-width="${round(radius * 0.28)}"/>` +
        `<circle cx="${round(x - radius * 0.25)}" cy="${round(y - radius * 0.3)}" r="${round(radius * 0.3)}" fill="#fff" fill-opacity="0.45"/>`,
    );
    const reach = radius * 1.14;
    // The clasp of a purse extends beyond its frame.
    this.#extents.push({ outline: Outline.ellipse(x, y, reach, reach), reach: 0 });
    this.#parts.push({
      part,
      bounds: boxBounds({ left: x - reach, top: y - reach, right: x + reach, bottom: y + reach }),
    });
  }

  /** A shadow on the ground. */
  shadow(x: number, y: number, radiusX: number, radiusY: number): void {
    this.#shadows.push(this.#glowing(x + this.#shift[0], y + this.#shift[1], radiusX, radiusY, '#0a0a14', 0.45, 0));
  }

  /** A soft shadow or highlight on a panel: an ellipse that fades out. */
  glow(atX: number, atY: number, radiusX: number, radiusY: number, colour: string, opacity: number, turn = 0): void {
    this.#shapes.push(
      this.#glowing(atX + this.#shift[0], atY + this.#shift[1], radiusX, radiusY, colour, opacity, turn),
    );
  }

  /** Names a part that consists of shapes drawn by other calls. */
  name(part: PartName, outline: Outline, side?: Side): void {
    this.#record(outline.shifted(...this.#shift), part, side, 0);
  }

  /** Darker than the cloth, or lighter on black. */
  seamColour(base: string = this.palette.first): string {
    return lightness(base) < 0.2 ? lighter(base, 0.3) : darker(base, 0.5);
  }

  /** The colour of the cloth's inner side, in the garment's own shadow. */
  insideColour(base: string = this.palette.first): string {
    return mix(darker(base, 0.42), '#3a3a40', 0.2);
  }

  #record(outline: Outline, part: PartName | undefined, side: Side | undefined, margin: number): void {
    if (!part) return;
    const bounds = (transform: Affine): Bounds => reachingBounds(outline, margin, transform);
    this.#parts.push(side ? { part, side, bounds } : { part, bounds });
  }

  #glowing(
    x: number,
    y: number,
    radiusX: number,
    radiusY: number,
    colour: string,
    opacity: number,
    turn: number,
  ): string {
    const fill = this.#define(
      `<radialGradient id="ID"><stop offset="0" stop-color="${colour}" stop-opacity="${round(opacity)}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>`,
    );
    return `<ellipse rx="${round(radiusX)}" ry="${round(radiusY)}" fill="url(#${fill})" transform="translate(${round(x)} ${round(y)}) rotate(${round(turn)})"/>`;
  }

  #define(content: string): string {
    const known = this.#definitions.get(content);
    if (known) return known;
    const id = `d${this.#definitions.size}`;
    this.#definitions.set(content, id);
    return id;
  }

  #patternFill(grain: number, outline: Outline): string | undefined {
    const drawing = this.#pattern;
    if (drawing.kind === 'plain') return undefined;
    if (drawing.kind === 'tile') {
      const turn = (drawing.turn ?? 0) + grain;
      return `url(#${this.#define(
        `<pattern id="ID" patternUnits="userSpaceOnUse" width="${round(drawing.width)}" height="${round(drawing.height)}" patternTransform="rotate(${round(turn)}) scale(${round(this.#patternScale)})">${drawing.content}</pattern>`,
      )})`;
    }
    const stops = drawing.stops.map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`).join('');
    if (drawing.kind === 'rings') {
      return `url(#${this.#define(
        `<radialGradient id="ID" gradientUnits="userSpaceOnUse" cx="2" cy="32" r="${round(drawing.radius * this.#patternScale)}" spreadMethod="repeat" gradientTransform="rotate(-8) scale(1.1 0.92)">${stops}</radialGradient>`,
      )})`;
    }
    const { top, bottom } = outline.bounds();
    return `url(#${this.#define(
      `<linearGradient id="ID" gradientUnits="userSpaceOnUse" x1="0" y1="${round(top)}" x2="0" y2="${round(bottom)}" gradientTransform="rotate(${round(grain)})">${stops}</linearGradient>`,
    )})`;
  }

  #weaveFill(fabric: Fabric, base: string, grain: number): string {
    const weave = fabric.weave?.(darker(base, 0.6), lighter(base, lightness(base) > 0.8 ? 0.9 : 0.55));
    if (!weave) return 'none';
    return `url(#${this.#define(
      `<pattern id="ID" patternUnits="userSpaceOnUse" width="${round(weave.width)}" height="${round(weave.height)}" patternTransform="rotate(${round(grain)})">${weave.content}</pattern>`,
    )})`;
  }

  #shadeFill(shade: 'round' | 'flat', axis: number, base: string, shine: number): string {
    const bright = lightness(base);
    const shadow = shade === 'round' ? 0.3 + 0.12 * bright : 0.12;
    const gleam = (shade === 'round' ? 0.1 : 0.05) + 0.32 * shine * (bright < 0.5 ? 0.8 : 1);
    const angle = (axis * Math.PI) / 180;
    // Across the panel: from the side that faces the light to the other one.
    const [x, y] = [(Math.cos(angle) * this.#light) / 2, (-Math.sin(angle) * this.#light) / 2];
    const stop = (offset: number, colour: string, opacity: number): string =>
      `<stop offset="${round(offset)}" stop-color="${colour}" stop-opacity="${round(opacity)}"/>`;
    return `url(#${this.#define(
      `<linearGradient id="ID" x1="${round(0.5 + x)}" y1="${round(0.5 + y)}" x2="${round(0.5 - x)}" y2="${round(0.5 - y)}">${stop(0, '#0a0a18', shadow * 0.35)}${stop(0.14, '#0a0a18', 0.02)}${stop(0.22, '#fff', gleam * 0.5)}${stop(0.32, '#fff', gleam)}${stop(0.45, '#fff', gleam * 0.2)}${stop(0.55, '#0a0a18', 0)}${stop(0.8, '#0a0a18', shadow * 0.4)}${stop(1, '#0a0a18', shadow)}</linearGradient>`,
    )})`;
  }

  #fold(fold: Fold, base: string, fabric: Fabric): string {
    const dark = fold.strength < 0;
    const bright = lightness(base);
    const depth = Math.abs(fold.strength) * (0.45 + 0.55 * fabric.drape);
    const opacity = dark ? depth * (0.28 + 0.12 * bright) : depth * (0.1 + 0.3 * fabric.shine + 0.1 * (1 - bright));
    const colour = dark ? '#0a0a18' : '#ffffff';
    const fill = this.#define(
      `<radialGradient id="ID"><stop offset="0" stop-color="${colour}" stop-opacity="${round(opacity)}"/><stop offset="0.5" stop-color="${colour}" stop-opacity="${round(opacity * 0.5)}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>`,
    );
    return `<ellipse rx="${round(fold.width)}" ry="${round(fold.length / 2)}" fill="url(#${fill})" transform="translate(${round(fold.x)} ${round(fold.y)}) rotate(${round(fold.turn)})"/>`;
  }
}

/** The bounds of a line with a width: half of it is added on every side. */
function reachingBounds(outline: Outline, reach: number, transform: Affine): Bounds {
  const box = outline.transformed(transform).bounds();
  const margin = reach * Math.sqrt(Math.abs(transform[0] * transform[3] - transform[1] * transform[2]));
  return { left: box.left - margin, top: box.top - margin, right: box.right + margin, bottom: box.bottom + margin };
}

function boxBounds(box: Bounds): (transform: Affine) => Bounds {
  return ([a, b, c, d, e, f]) => {
    const corners = [box.left, box.right].flatMap((x) =>
      [box.top, box.bottom].map((y) => [a * x + c * y + e, b * x + d * y + f] as const),
    );
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
  };
}
