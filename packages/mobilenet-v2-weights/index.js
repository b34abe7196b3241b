/** Where the weights lie: a file URL in Node, an asset's URL in a bundle. */
export const weightsUrl = new URL('./mobilenet-v2-1.0-imagenet-f16.safetensors', import.meta.url);
