/** A place on a curve. */
export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

/** Points that a curve keeps at most; a chart is no wider. */
const mostPoints = 240;
/** Values whose mean counts as the newest one: single steps jump. */
const newest = 20;

/**
 * A loss over all steps in few points: each is the mean of so many steps, and of twice as many whenever there are too
 * many points.
 */
export class Curve {
  #each = 1;
  #points: CurvePoint[] = [];
  #open: number[] = [];
  #last: CurvePoint[] = [];

  add(step: number, value: number): void {
    this.#last = [...this.#last, { step, value }].slice(-newest);
    this.#open.push(value);
    if (this.#open.length < this.#each) return;
    this.#points.push({ step, value: mean(this.#open) });
    this.#open = [];
    if (this.#points.length <= mostPoints) return;
    const merged: CurvePoint[] = [];
    for (let at = 0; at + 1 < this.#points.length; at += 2) {
      const [first, second] = this.#points.slice(at, at + 2) as [CurvePoint, CurvePoint];
      merged.push({ step: second.step, value: mean([first.value, second.value]) });
    }
    // The odd one is the beginning of the next point.
    if (this.#points.length % 2 === 1) {
      const left = this.#points.at(-1) as CurvePoint;
      this.#open = new Array<number>(this.#each).fill(left.value);
    }
    this.#points = merged;
    this.#each *= 2;
  }

  /** The steps after this one are taken again. */
  forgetAfter(step: number): void {
    this.#points = this.#points.filter((point) => point.step <= step);
    this.#last = this.#last.filter((point) => point.step <= step);
    this.#open = [];
  }

  get points(): readonly CurvePoint[] {
    return this.#points;
  }

  /** Mean of the newest values; undefined if there is none. */
  get now(): number | undefined {
    return this.#last.length === 0 ? undefined : mean(this.#last.map(({ value }) => value));
  }
}

/** Each point as the mean of those around it: single steps jump. @param reach points on each side */
export function smoothed(points: readonly CurvePoint[], reach: number): CurvePoint[] {
  return points.map(({ step }, at) => {
    const own = Math.min(reach, at, points.length - 1 - at);
    return { step, value: mean(points.slice(at - own, at + own + 1).map(({ value }) => value)) };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
