// For bundlers, which resolve this path in the core's ESM build; Node uses `imports` in package.json.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
