import { type Affine, type Point, transformPoint } from './affine.ts';

/** An axis-parallel box: left, top, right, bottom. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

type Segment =
  | { readonly kind: 'move' | 'line'; readonly points: readonly [Point] }
  | { readonly kind: 'curve'; readonly points: readonly [Point, Point, Point] }
  | { readonly kind: 'close'; readonly points: readonly [] };

/** A path of straight lines and cubic Bezier curves, built left to right; each step returns a new outline. */
export class Outline {
  readonly #segments: readonly Segment[];

  private constructor(segments: readonly Segment[]) {
    this.#segments = segments;
  }

  static from(x: number, y: number): Outline {
    return new Outline([{ kind: 'move', points: [[x, y]] }]);
  }

  /** Straight lines through the points, closed. */
  static polygon(...points: readonly Point[]): Outline {
    const [first = [0, 0], ...others] = points;
    return others.reduce((outline, [x, y]) => outline.line(x, y), Outline.from(first[0], first[1])).close();
  }

  /** A closed, smooth curve through the points (Catmull-Rom, as Bezier curves). */
  static smooth(points: readonly Point[], tension = 1): Outline {
    return smoothThrough(points, tension, true).close();
  }

  /** An open, smooth curve through the points. */
  static stroke(points: readonly Point[], tension = 1): Outline {
    return smoothThrough(points, tension, false);
  }

  static ellipse(x: number, y: number, radiusX: number, radiusY: number): Outline {
    // The usual four-curve approximation of a circle: off by 0.03 % of the radius at most.
    const k = 0.5523;
    return Outline.from(x - radiusX, y)
      .curve(x - radiusX, y - k * radiusY, x - k * radiusX, y - radiusY, x, y - radiusY)
      .curve(x + k * radiusX, y - radiusY, x + radiusX, y - k * radiusY, x + radiusX, y)
      .curve(x + radiusX, y + k * radiusY, x + k * radiusX, y + radiusY, x, y + radiusY)
      .curve(x - k * radiusX, y + radiusY, x - radiusX, y + k * radiusY, x - radiusX, y)
      .close();
  }

  /** A rectangle by its left top corner and size, with corners rounded by a radius. */
  static box(x: number, y: number, width: number, height: number, radius = 0): Outline {
    const r = Math.min(radius, width / 2, height / 2);
    if (r <= 0) return Outline.polygon([x, y], [x + width, y], [x + width, y + height], [x, y + height]);
    const k = 0.45 * r;
    return Outline.from(x + r, y)
      .line(x + width - r, y)
      .curve(x + width - k, y, x + width, y + k, x + width, y + r)
      .line(x + width, y + height - r)
      .curve(x + width, y + height - k, x + width - k, y + height, x + width - r, y + height)
      .line(x + r, y + height)
      .curve(x + k, y + height, x, y + height - k, x, y + height - r)
      .line(x, y + r)
      .curve(x, y + k, x + k, y, x + r, y)
      .close();
  }

  line(x: number, y: number): Outline {
    return this.#with({ kind: 'line', points: [[x, y]] });
  }

  curve(x1: number, y1: number, x2: number, y2: number, x: number, y: number): Outline {
    return this.#with({
      kind: 'curve',
      points: [
        [x1, y1],
        [x2, y2],
        [x, y],
      ],
    });
  }

  /** A quadratic curve, kept as the cubic one of the same shape. */
  bend(controlX: number, controlY: number, x: number, y: number): Outline {
    const [fromX, fromY] = this.end;
    return this.curve(
      fromX + (2 / 3) * (controlX - fromX),
      fromY + (2 / 3) * (controlY - fromY),
      x + (2 / 3) * (controlX - x),
      y + (2 / 3) * (controlY - y),
      x,
      y,
    );
  }

  close(): Outline {
    return this.#with({ kind: 'close', points: [] });
  }

  get end(): Point {
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const last = this.#segments[i]?.points.at(-1);
      if (last) return last;
    }
    return [0, 0];
  }

  map(change: (point: Point) => Point): Outline {
    return new Outline(
      this.#segments.map((segment) => ({ ...segment, points: segment.points.map(change) }) as unknown as Segment),
    );
  }

  /** The outline mirrored at the axis x = 0. */
  mirrored(): Outline {
    return this.map(([x, y]) => [-x, y]);
  }

  transformed(transform: Affine): Outline {
    return this.map((point) => transformPoint(transform, point));
  }

  shifted(byX: number, byY: number): Outline {
    return this.map(([x, y]) => [x + byX, y + byY]);
  }

  /** Appends a half drawn from top to bottom on the right, and its mirror image back to the top: a symmetrical shape. */
  static symmetrical(half: Outline): Outline {
    return half.#joined(half.mirrored().#reversed()).close();
  }

  /** The tightest box around the curve itself (not around its control points). */
  bounds(): Bounds {
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    const take = ([x, y]: Point): void => {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    };
    let current: Point = [0, 0];
    for (const segment of this.#segments) {
      if (segment.kind === 'close') continue;
      if (segment.kind === 'curve') {
        const [first, second, end] = segment.points;
        for (const axis of [0, 1] as const) {
          for (const t of turningPoints(current[axis], first[axis], second[axis], end[axis])) {
            take([at(t, current[0], first[0], second[0], end[0]), at(t, current[1], first[1], second[1], end[1])]);
          }
        }
        take(end);
        current = end;
      } else {
        take(segment.points[0]);
        current = segment.points[0];
      }
    }
    return { left, top, right, bottom };
  }

  /** SVG path data, rounded to hundredths. */
  toString(): string {
    return this.#segments
      .map(({ kind, points }) =>
        kind === 'close'
          ? 'Z'
          : `${kind === 'move' ? 'M' : kind === 'line' ? 'L' : 'C'}${points.map(([x, y]) => `${round(x)} ${round(y)}`).join(' ')}`,
      )
      .join('');
  }

  #with(segment: Segment): Outline {
    return new Outline([...this.#segments, segment]);
  }

  /** Continues with another outline from the point where this one ends. */
  #joined(other: Outline): Outline {
    const [first, ...rest] = other.#segments;
    const start = first?.points[0];
    const [x, y] = this.end;
    const near = start !== undefined && Math.abs(start[0] - x) < 1e-9 && Math.abs(start[1] - y) < 1e-9;
    const bridge: Segment[] = near || !start ? [] : [{ kind: 'line', points: [start] }];
    return new Outline([...this.#segments, ...bridge, ...rest]);
  }

  #reversed(): Outline {
    const open = this.#segments.filter(({ kind }) => kind !== 'close');
    let outline = Outline.from(...(this.end as [number, number]));
    for (let i = open.length - 1; i > 0; i--) {
      const before = open[i - 1]?.points.at(-1) as Point;
      const segment = open[i] as Segment;
      outline =
        segment.kind === 'curve'
          ? outline.curve(...segment.points[1], ...segment.points[0], ...before)
          : outline.line(...before);
    }
    return outline;
  }
}

/** Rounds to two decimals for SVG text: the difference is not visible, and the last bits of sin and cos are hidden. */
export function round(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

export function joinBounds(first: Bounds, second: Bounds): Bounds {
  return {
    left: Math.min(first.left, second.left),
    top: Math.min(first.top, second.top),
    right: Math.max(first.right, second.right),
    bottom: Math.max(first.bottom, second.bottom),
  };
}

function smoothThrough(points: readonly Point[], tension: number, closed: boolean): Outline {
  const count = points.length;
  const point = (index: number): Point =>
    points[closed ? (index + count) % count : Math.min(Math.max(index, 0), count - 1)] as Point;
  let outline = Outline.from(...(point(0) as [number, number]));
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [before, from, to, after] = [point(i - 1), point(i), point(i + 1), point(i + 2)];
    outline = outline.curve(
      from[0] + ((to[0] - before[0]) / 6) * tension,
      from[1] + ((to[1] - before[1]) / 6) * tension,
      to[0] - ((after[0] - from[0]) / 6) * tension,
      to[1] - ((after[1] - from[1]) / 6) * tension,
      to[0],
      to[1],
    );
  }
  return outline;
}

function at(t: number, p0: number, p1: number, p2: number, p3: number): number {
  const u = 1 - t;
  return u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
}

/** Where the derivative of a cubic Bezier curve is zero, inside (0, 1). */
function turningPoints(p0: number, p1: number, p2: number, p3: number): number[] {
  const a = p3 - 3 * p2 + 3 * p1 - p0;
  const b = 2 * (p2 - 2 * p1 + p0);
  const c = p1 - p0;
  const inside = (t: number): boolean => t > 0 && t < 1;
  if (Math.abs(a) < 1e-9) return Math.abs(b) < 1e-9 ? [] : [-c / b].filter(inside);
  const root = b * b - 4 * a * c;
  if (root < 0) return [];
  return [(-b + Math.sqrt(root)) / (2 * a), (-b - Math.sqrt(root)) / (2 * a)].filter(inside);
}
