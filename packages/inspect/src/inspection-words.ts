import type { DuplicateInspection, PictureInspection } from './inspection.ts';

/** What is said of the photographs themselves, a sentence each, without full stops. */
export function pictureLines({ decoded, notDecoded, notes, smallest, largest }: PictureInspection): string[] {
  const lines: string[] = [];
  if (smallest !== undefined && largest !== undefined) {
    const [least, most] = [smallest.join(' x '), largest.join(' x ')];
    lines.push(`Photographs have ${least === most ? least : `${least} to ${most}`} pixels`);
  }
  if (notDecoded > 0)
    lines.push(
      `${decoded.toLocaleString('en')} photographs were decoded and compared, the first of each split; ${notDecoded.toLocaleString('en')} further ones may be unreadable or alike`,
    );
  for (const { note, photographs } of notes.slice(0, 5)) lines.push(`${photographs} decoded with a note: ${note}`);
  return lines;
}

/** What each kind of duplicates means. */
export function duplicateWords(found: DuplicateInspection): Readonly<Record<'captions' | 'pictures' | 'near', string>> {
  const { nearDistance, nearDifference, isNearWhole, notCompared } = found;
  const rest =
    notCompared === 0 ? '' : ` ${notCompared.toLocaleString('en')} further photographs were not compared, for memory.`;
  return {
    captions: `Captions of several products, spelled alike: a caption cannot tell these apart.${rest}`,
    pictures: `Equal bytes, under any id.${rest}`,
    near: `Photographs of different products whose 64-bit difference hashes differ in at most ${nearDistance} bits, and whose colours in 8 x 8 pixels in at most ${100 * nearDifference} % of their deviation.${isNearWhole ? '' : ' Comparing stopped after many pairs: there may be more.'}`,
  };
}
