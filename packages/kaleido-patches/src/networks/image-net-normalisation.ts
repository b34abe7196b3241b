/** Mean and standard deviation of ImageNet's RGB in 0..1, for networks trained on it. */
const imageNetMean: readonly [number, number, number] = [0.485, 0.456, 0.406];
const imageNetDeviation: readonly [number, number, number] = [0.229, 0.224, 0.225];

const mean = Float32Array.from(imageNetMean);
const deviation = Float32Array.from(imageNetDeviation);

/**
 * Normalises RGB values, [..., 3], in place as networks trained on ImageNet expect them.
 * @param brightest the level that becomes 1; default 255
 */
export function normaliseForImageNet(pixels: Float32Array, brightest = 255): Float32Array {
  for (let i = 0; i < pixels.length; i += 3)
    for (let channel = 0; channel < 3; channel++) {
      // Three operations, each rounded to float32, as in the frameworks.
      const share = Math.fround(pixels[i + channel]! / brightest);
      pixels[i + channel] = Math.fround(share - mean[channel]!) / deviation[channel]!;
    }
  return pixels;
}
