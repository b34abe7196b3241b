/** A rectangle of whole pixels, half-open: columns x0 <= x < x1, rows y0 <= y < y1, from the top left corner. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Grows the box around its centre to at least `least` pixels per side, and moves it into the image if it fits.
 * In a smaller image the box extends past the right and bottom edges; pixels there repeat the edge.
 */
export function growBox(box: Box, least: number, image?: Size): Box {
  const [x0, x1] = growSpan(box.x0, box.x1, least, image?.width);
  const [y0, y1] = growSpan(box.y0, box.y1, least, image?.height);
  return { x0, y0, x1, y1 };
}

function growSpan(start: number, end: number, least: number, limit: number | undefined): readonly [number, number] {
  if (end - start >= least) return [start, end];
  const centred = start - Math.floor((least - (end - start)) / 2);
  const moved = Math.max(0, limit === undefined ? centred : Math.min(centred, limit - least));
  return [moved, moved + least];
}
