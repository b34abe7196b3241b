import type { Size } from '@kaleido/kaleido-patches';

/** The height in pixels that an enlarged picture takes at most: it fits a screen together with what is beside it. */
const mostHeight = 420;

/** How wide a picture may be so that it is not too high, as CSS. */
export function widthWithin(size: Size | undefined): string {
  return size === undefined ? `${mostHeight}px` : `min(100%, ${Math.round((mostHeight * size.width) / size.height)}px)`;
}
