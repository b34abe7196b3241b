/** A small layer in double precision: linear with GELU, LayerNorm, linear, softmax cross-entropy. */

export const rows = 3;
export const inputWidth = 5;
export const hiddenWidth = 8;
export const classes = 4;

export type ParameterName = 'kernel' | 'bias' | 'gamma' | 'beta' | 'decoder';

export const parameterShapes: Readonly<Record<ParameterName, readonly number[]>> = {
  kernel: [inputWidth, hiddenWidth],
  bias: [hiddenWidth],
  gamma: [hiddenWidth],
  beta: [hiddenWidth],
  decoder: [hiddenWidth, classes],
};

export type Parameters = Readonly<Record<ParameterName, Float64Array>>;

/** The same as in `ops.layerNorm`. */
const epsilon = 1e-12;

/**
 * @param input [rows, inputWidth]
 * @param labels [rows], each in [0, classes)
 * @returns the mean loss of the rows
 */
export function networkLoss(input: Float64Array, labels: ArrayLike<number>, parameters: Parameters): number {
  const { kernel, bias, gamma, beta, decoder } = parameters;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const hidden = product(input.subarray(row * inputWidth, (row + 1) * inputWidth), kernel, hiddenWidth).map(
      (value, column) => gelu(value + (bias[column] as number)),
    );
    const mean = average(hidden);
    const deviation = Math.sqrt(average(hidden.map((value) => (value - mean) ** 2)) + epsilon);
    const normal = hidden.map(
      (value, column) => ((value - mean) / deviation) * (gamma[column] as number) + (beta[column] as number),
    );
    const logits = product(normal, decoder, classes);
    const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    loss += logSum - (logits[labels[row] as number] as number);
  }
  return loss / rows;
}

/** Central differences of the loss: their error is about 1e-10 here, far below single precision. */
export function networkGradient(
  input: Float64Array,
  labels: ArrayLike<number>,
  parameters: Parameters,
  name: ParameterName,
): Float64Array {
  const width = 1e-5;
  return parameters[name].map((value, index) => {
    const lossAt = (moved: number): number =>
      networkLoss(input, labels, { ...parameters, [name]: parameters[name].with(index, moved) });
    return (lossAt(value + width) - lossAt(value - width)) / (2 * width);
  });
}

/** A row times a matrix. */
function product(row: Float64Array, matrix: Float64Array, columns: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, column) =>
    row.reduce((sum, value, index) => sum + value * (matrix[index * columns + column] as number), 0),
  );
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function gelu(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}
