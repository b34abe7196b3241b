/**
 * Loads a picture, to be drawn. Not by `decode()`, which waits for a frame of the page: where none is painted, it may
 * never end.
 * @throws Error for a picture that the browser does not draw
 */
export function loadImage(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('The browser does not draw this picture.'));
    image.src = address;
  });
}
