// How much JavaScript a page loads for each package: `pnpm size`, after a build. All that the entry point reaches, in
// one file without the optional peers, minified and compressed with Brotli.
// A limit is the measured size and about a tenth more: room for a function, not for a library that came in unnoticed.
// A change that needs more raises the limit and says why. `layout` is part of most of them.
const limits = {
  foundation: '13.4 kB', // measured: 12.1: files of a folder, on a server by range too, or picked in a page
  backend: '180 kB', // 164.9: TensorFlow.js with its cpu and wasm backends, and the fused kernels
  tokenizer: '9.1 kB', // 8.3: settings of a tokenizer are read in pages too
  data: '59 kB', // 54.4: the atelier
  'kaleido-patches': '112 kB', // 101.5: the part of TensorFlow.js that the networks need
  'kaleido-patches/browser': '7.5 kB', // 6.7: pictures through the browser's own decoder, and what kind a file is of
  model: '190 kB', // 173.0: all of `backend`, and the decoding of captions
  'pretrain-tasks': '183 kB', // 166.7: each objective brings its recipe schema, and with it zod
  alignment: '188 kB', // 171.2: all of `backend`, the trainer, and the stop words
  training: '97 kB', // 88.4
  eval: '24.7 kB', // 22.5: recognition in detail, retrieval in two stages, paired comparison, the caption scores with the PTB tokenizer and METEOR's stemmer, the facts of captions, the drawings of alignments, and the style of pages, which `search` shares
  pipeline: '250 kB', // 230.6: a model folder opened: model, tokenizer, patches, training, and the tasks of fine-tuning with their figures
  insight: '183 kB', // 166.1: all of `backend`, the aligner's pairs, and guided masking with the schemas of its objectives
  search: '209 kB', // 190.5: `model`, and the page style of `eval`
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
