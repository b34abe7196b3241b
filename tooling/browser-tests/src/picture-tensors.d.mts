import type { RgbImage } from '@kaleido/kaleido-patches';

export declare const losslessPictures: readonly string[];
export declare function tensorsOf(
  image: RgbImage,
  read: (url: URL) => Promise<Uint8Array>,
): Promise<Record<string, number[]>>;

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the server has the generated pictures. */
    pictureFolder: string;
    pictureTensors: Record<string, Record<string, number[]>>;
  }
}
