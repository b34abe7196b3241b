/** A rectangle of the page, relative to the picture. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Two parts beside each other are joined from side to side, others from top to bottom. */
function isBeside(from: Rectangle, to: Rectangle): boolean {
  return to.left >= from.right - 1 && to.top < from.bottom && from.top < to.bottom;
}

/** The line of an arrow from one part to the next. */
export function arrowPath(from: Rectangle, to: Rectangle): string {
  if (isBeside(from, to)) {
    const y = round((Math.max(from.top, to.top) + Math.min(from.bottom, to.bottom)) / 2);
    return `M${round(from.right)} ${y}H${round(to.left)}`;
  }
  // Where one lies below the other, the arrow falls straight.
  const isBelow = middleOf(to) >= from.left && middleOf(to) <= from.right;
  if (isBelow) return `M${round(middleOf(to))} ${round(from.bottom)}V${round(to.top)}`;
  return curvePath(from, to);
}

/** A curve from the middle of a part's lower edge to the middle of another's upper edge. */
export function curvePath(from: Rectangle, to: Rectangle): string {
  const [x0, y0, x1, y1] = [middleOf(from), from.bottom, middleOf(to), to.top].map(round);
  const middle = round(((y0 ?? 0) + (y1 ?? 0)) / 2);
  return `M${x0} ${y0}C${x0} ${middle} ${x1} ${middle} ${x1} ${y1}`;
}

/** The outline of a ribbon from all of a part's lower edge to all of another's upper edge. */
export function ribbonPath(from: Rectangle, to: Rectangle): string {
  const middle = round((from.bottom + to.top) / 2);
  const [l0, r0, y0] = [from.left, from.right, from.bottom].map(round);
  const [l1, r1, y1] = [to.left, to.right, to.top].map(round);
  return `M${l0} ${y0}C${l0} ${middle} ${l1} ${middle} ${l1} ${y1}H${r1}C${r1} ${middle} ${r0} ${middle} ${r0} ${y0}Z`;
}

/** A line that leaves a part to the left and comes to a lower one from the left, past all that is between. */
export function detourPath(from: Rectangle, to: Rectangle): string {
  const [y0, y1] = [(from.top + from.bottom) / 2, (to.top + to.bottom) / 2].map(round);
  const x = round(Math.min(from.left, to.left) - 10);
  return `M${round(from.left)} ${y0}H${x + 6}Q${x} ${y0} ${x} ${(y0 ?? 0) + 6}V${(y1 ?? 0) - 6}Q${x} ${y1} ${x + 6} ${y1}H${round(to.left)}`;
}

function middleOf({ left, right }: Rectangle): number {
  return (left + right) / 2;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
