import { KaleidoError, type RandomStream } from '@kaleido/foundation';
import type { TaskCatalogue } from './catalogue.ts';
import { negativeRule } from './negative-rule.ts';

/** Draws rows that do not belong to a product. */
export interface NegativeSampler {
  /**
   * A row of another product of the same sub-category, or of any other if it has none.
   * Never another view of the same product, never a product with the same caption or the same picture.
   * @throws KaleidoError when no row of the catalogue is a negative of this one
   */
  draw(row: number, random: RandomStream): number;
  /** The row and `others` negatives of it; any two of them are negatives of each other where the catalogue allows. */
  drawGroup(row: number, others: number, random: RandomStream): number[];
  /** Whether a row is a negative of another; symmetric. */
  fits(row: number, other: number): boolean;
}

/** For each row, the rows that a model most easily mistook for it. */
export interface HardNegatives {
  /** Number per row; empty places hold -1. */
  readonly perRow: number;
  /** [N, perRow] */
  readonly rows: Int32Array;
  /** How often a draw is one of them, 0..1. */
  readonly share: number;
}

/** Rejections before the whole group is searched; draws fail only if nearly all of a group has the same caption. */
const patience = 32;

/** Draws negatives by `negativeRule`, from a row's own sub-category first. */
export function negativeSampler(catalogue: TaskCatalogue, hard?: HardNegatives): NegativeSampler {
  const members = new Map<number, number[]>();
  for (let row = 0; row < catalogue.rows; row++) {
    const group = catalogue.groups[row] as number;
    const rows = members.get(group);
    if (rows === undefined) members.set(group, [row]);
    else rows.push(row);
  }
  const all = Array.from({ length: catalogue.rows }, (_, row) => row);
  const fits = negativeRule(catalogue);
  const drawFrom = (rows: readonly number[], row: number, random: RandomStream): number | undefined => {
    for (let attempt = 0; attempt < patience; attempt++) {
      const other = random.pick(rows);
      if (fits(row, other)) return other;
    }
    const fitting = rows.filter((other) => fits(row, other));
    return fitting.length > 0 ? random.pick(fitting) : undefined;
  };
  const drawHard = (row: number, random: RandomStream): number | undefined => {
    if (hard === undefined || !random.chance(hard.share)) return undefined;
    const other = hard.rows[row * hard.perRow + random.integer(hard.perRow)] as number;
    return other >= 0 && fits(row, other) ? other : undefined;
  };
  const draw = (row: number, random: RandomStream): number => {
    const group = members.get(catalogue.groups[row] as number) ?? all;
    const other = drawHard(row, random) ?? drawFrom(group, row, random) ?? drawFrom(all, row, random);
    if (other === undefined)
      throw new KaleidoError({
        source: 'pretrain-tasks',
        problem: `row ${row} has no negative: every product is the same, or has the same caption or picture`,
        found: `${catalogue.rows} rows`,
        advice: 'give at least two products with different captions and pictures',
      });
    return other;
  };
  return {
    fits,
    draw,
    drawGroup(row, others, random) {
      const group = [row];
      while (group.length <= others) {
        const fitsAll = (other: number): boolean => group.every((member) => fits(member, other));
        let other = draw(row, random);
        for (let attempt = 0; attempt < patience && !fitsAll(other); attempt++)
          other = attempt < patience / 2 ? draw(row, random) : (drawFrom(all, row, random) ?? other);
        const fitting = fitsAll(other) ? [] : all.filter(fitsAll);
        group.push(fitting.length > 0 ? random.pick(fitting) : other);
      }
      return group;
    },
  };
}
