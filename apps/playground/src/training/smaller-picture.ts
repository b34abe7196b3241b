import { imageHeader } from '@kaleido/kaleido-patches';

/** Longer sides are made this long: a photograph of a camera is 36 MB in memory, and 32 of them are held at once. */
const longestSide = 1024;
/** What the pipeline refuses is left to it, with its reason. */
const mostPixels = 50_000_000;

/** A large photograph as a smaller PNG, in a worker; any other file as it is. */
export async function smallerPicture(file: Blob): Promise<Blob> {
  const size = imageHeader(new Uint8Array(await file.arrayBuffer()))?.size;
  if (size === undefined || size.width * size.height > mostPixels) return file;
  const scale = longestSide / Math.max(size.width, size.height);
  if (scale >= 1) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(bitmap.width * scale)),
      Math.max(1, Math.round(bitmap.height * scale)),
    );
    const context = canvas.getContext('2d');
    if (context === null) return file;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await canvas.convertToBlob({ type: 'image/png' });
  } catch {
    // What cannot be decoded is refused by the pipeline, with the reason.
    return file;
  }
}
