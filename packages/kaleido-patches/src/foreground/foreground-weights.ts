/** Location of this package's own foreground network: a file URL in Node, an asset's URL in a bundle. */
export const foregroundWeightsUrl: URL = new URL('../../weights/foreground.safetensors', import.meta.url);
