/**
 * Why the model could not look at a picture, in a line for readers.
 * @param reason the engine's own words
 */
export function pictureReason(name: string, reason: string): string {
  const pixels = /(\d+) x (\d+) pixels, of ([\d,]+) at most/.exec(reason);
  if (pixels !== null) {
    const [width = 0, height = 0, most = 0] = pixels.slice(1).map((text) => Number(text.replaceAll(',', '')));
    const millions = (count: number): string => `${Math.round(count / 1e6)} million`;
    return `${name} has ${millions(width * height)} pixels; pictures up to ${millions(most)} are read. Make it smaller first.`;
  }
  if (reason.includes('cannot decode')) return `${name} is damaged: this browser cannot decode it.`;
  return reason.includes(name) ? reason : `${name}: ${reason}`;
}
