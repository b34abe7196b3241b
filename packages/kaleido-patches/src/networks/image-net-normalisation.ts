/** Mean and deviation of ImageNet's RGB in 0..1, which networks trained on it expect to be taken off. */
const imageNetMean: readonly [number, number, number] = [0.485, 0.456, 0.406];
const imageNetDeviation: readonly [number, number, number] = [0.229, 0.224, 0.225];

const mean = Float32Array.from(imageNetMean);
const deviation = Float32Array.from(imageNetDeviation);

/**
 * RGB values, [..., 3], normalised in place as networks trained on ImageNet expect them.
 * @param brightest what stands for 1; a level of 255 where it is left out
 */
export function normaliseForImageNet(pixels: Float32Array, brightest = 255): Float32Array {
  for (let i = 0; i < pixels.length; i += 3)
    for (let channel = 0; channel < 3; channel++) {
      // Three operations, each rounded to float32, as the frameworks do it.
      const share = Math.fround(pixels[i + channel]! / brightest);
      pixels[i + channel] = Math.fround(share - mean[channel]!) / deviation[channel]!;
    }
  return pixels;
}
