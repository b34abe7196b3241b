/**
 * Where the network lies: a file URL in Node, an asset's URL in a bundle. An ONNX file (opset 11, float32) with one input
 * [1, 3, 320, 320], RGB normalised with ImageNet's mean and deviation, and seven outputs, of which the first is the mask.
 */
export declare const weightsUrl: URL;
