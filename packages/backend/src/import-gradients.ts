// For bundlers, which take the core's ESM files and can follow this path; see `imports` in package.json for Node's way.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
