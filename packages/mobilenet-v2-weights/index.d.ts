/**
 * Where the weights lie: a file URL in Node, an asset's URL in a bundle. A safetensors file with `conv_<n>_weight`
 * (OIHW; F16, small ones F32) and `conv_<n>_bias` (F32), BatchNorm folded in, for RGB input normalised with ImageNet's mean and deviation.
 */
export declare const weightsUrl: URL;
