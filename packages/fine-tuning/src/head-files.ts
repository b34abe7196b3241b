/** The files of heads in a model folder, the one that is written last first: a folder has those of one head, or none. */
export const headFileNames: readonly string[] = [
  'classifier.json',
  'head.json',
  'classifier.safetensors',
  'head.safetensors',
];
