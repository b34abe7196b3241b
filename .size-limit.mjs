// How much JavaScript a page loads for each package: `pnpm size`, after a build. All that the entry point reaches, in
// one file without the optional peers, minified and compressed with Brotli.
// A limit is the measured size and about a tenth more: room for a function, not for a library that came in unnoticed.
// A change that needs more raises the limit and says why. `alignment` is not listed: it is types alone.
const limits = {
  foundation: '4.5 kB', // measured: 4.0
  backend: '180 kB', // 164.9: TensorFlow.js with its cpu and wasm backends, and the fused kernels
  tokenizer: '6.5 kB', // 5.5
  data: '55 kB', // 49.4: the atelier
  'kaleido-patches': '107 kB', // 97.5: the part of TensorFlow.js that the networks need
  'kaleido-patches/browser': '2 kB', // 1.7: pictures through the browser's own decoder
  model: '180 kB', // 164.7: all of `backend`
  'pretrain-tasks': '95 kB', // 86.8
  training: '97 kB', // 88.4
  eval: '6.5 kB', // 5.6
  pipeline: '123 kB', // 111.5
};

export default Object.entries(limits).map(([name, limit]) => {
  const [folder, entry = 'index'] = name.split('/');
  return {
    name: `@kaleido/${name}`,
    path: `packages/${folder}/dist/${entry}.js`,
    limit,
    ignore: ['webgpu', '@tensorflow/tfjs-backend-webgpu'],
    // In size-limit's own format nothing is exported, and what is exported would count as unused.
    modifyEsbuildConfig: (config) => ({ ...config, format: 'esm', platform: 'browser' }),
  };
});
