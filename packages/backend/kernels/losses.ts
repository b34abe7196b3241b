import { logarithm } from './exponential';
import { exponentialsOfRow, maximumOfRow, scaleRow } from './row';

/** Writes softmax(logits) of one row and returns log(sum(e^logits)). */
function softmaxOfRow(logits: usize, probabilities: usize, length: i32): f64 {
  const largest = maximumOfRow(logits, length);
  const sum = exponentialsOfRow(logits, probabilities, length, largest);
  scaleRow(probabilities, length, 1 / sum);
  // The series is not valid for NaN.
  return sum > 0 ? (largest as f64) + logarithm(sum as f64) : NaN;
}

/** logits [rows, classes], labels int32 [rows]; losses [rows], probabilities [rows, classes]. */
export function softmaxCrossEntropy(
  logits: usize,
  labels: usize,
  losses: usize,
  probabilities: usize,
  rows: i32,
  classes: i32,
): void {
  const step = (classes as usize) << 2;
  for (let row = 0; row < rows; row++) {
    const whole = softmaxOfRow(logits, probabilities, classes);
    const label = load<i32>(labels + (row << 2));
    store<f32>(losses + (row << 2), (whole - (load<f32>(logits + (label << 2)) as f64)) as f32);
    logits += step;
    probabilities += step;
  }
}

/** (probabilities - oneHot(labels)) * gradient of the row. */
export function softmaxCrossEntropyGradient(
  gradient: usize,
  probabilities: usize,
  labels: usize,
  target: usize,
  rows: i32,
  classes: i32,
): void {
  const step = (classes as usize) << 2;
  for (let row = 0; row < rows; row++) {
    const factor = load<f32>(gradient + (row << 2));
    memory.copy(target, probabilities, step);
    scaleRow(target, classes, factor);
    const place = target + (load<i32>(labels + (row << 2)) << 2);
    store<f32>(place, load<f32>(place) - factor);
    probabilities += step;
    target += step;
  }
}

/** Keras' epsilon. */
const smallest: f32 = 1e-7;
const logarithmOfSmallest: f64 = -16.11809565095832;

/** targets and logits [rows, width]; losses [rows], probabilities [rows, width]. */
export function divergence(
  targets: usize,
  logits: usize,
  losses: usize,
  probabilities: usize,
  rows: i32,
  width: i32,
): void {
  const step = (width as usize) << 2;
  for (let row = 0; row < rows; row++) {
    const whole = softmaxOfRow(logits, probabilities, width);
    let loss: f64 = 0;
    for (let i = 0; i < width; i++) {
      const target = min<f32>(max<f32>(load<f32>(targets + (i << 2)), smallest), 1) as f64;
      loss +=
        target * (logarithm(target) - max<f64>((load<f32>(logits + (i << 2)) as f64) - whole, logarithmOfSmallest));
    }
    store<f32>(losses + (row << 2), loss as f32);
    targets += step;
    logits += step;
    probabilities += step;
  }
}

/** gradient (p sum(t) - t), where t is 0 for a probability that was clipped. */
export function divergenceGradient(
  gradient: usize,
  targets: usize,
  probabilities: usize,
  dlogits: usize,
  rows: i32,
  width: i32,
): void {
  const step = (width as usize) << 2;
  for (let row = 0; row < rows; row++) {
    const factor = load<f32>(gradient + (row << 2));
    let mass: f32 = 0;
    for (let i = 0; i < width; i++) {
      const at = (i as usize) << 2;
      const counts = load<f32>(probabilities + at) >= smallest;
      const target: f32 = counts ? min<f32>(max<f32>(load<f32>(targets + at), smallest), 1) : 0;
      mass += target;
      store<f32>(dlogits + at, target);
    }
    for (let i = 0; i < width; i++) {
      const at = (i as usize) << 2;
      store<f32>(dlogits + at, factor * (load<f32>(probabilities + at) * mass - load<f32>(dlogits + at)));
    }
    targets += step;
    probabilities += step;
    dlogits += step;
  }
}
