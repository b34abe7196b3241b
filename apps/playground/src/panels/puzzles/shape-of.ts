import type { Box } from '@kaleido/kaleido-patches';

/** The proportions of a region, for a grid that keeps them within a square. */
export function shapeOf(region: Box | undefined): Record<string, string> {
  if (region === undefined) return {};
  const [width, height] = [region.x1 - region.x0, region.y1 - region.y0];
  return {
    aspectRatio: `${width} / ${height}`,
    ...(width >= height ? { inlineSize: '100%' } : { blockSize: '100%' }),
  };
}
