/** Where the weights lie: a file URL in Node, an asset's URL in a bundle. */
export const weightsUrl = new URL('./u2netp.onnx', import.meta.url);
