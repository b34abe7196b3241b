import type { KaleidoBertConfig } from './kaleido-bert-config.ts';
import { variableDescriptions } from './variables.ts';

/** The README.md of a model folder, in the form that model hubs read: facts from the folder itself. */
export function modelCard(config: KaleidoBertConfig): string {
  const parameters = variableDescriptions(config).reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
  const row = (name: string, value: unknown): string => `| ${name} | ${value} |`;
  return `---
library_name: kaleido
pipeline_tag: image-text-to-text
tags:
  - kaleido-bert
  - fashion
  - vision-language
---

# Kaleido-BERT

A fashion vision-language model (Kaleido-BERT, CVPR 2021): one transformer reads a caption and the 55 kaleido patches of a photograph.

| | |
| --- | --- |
${[
  row('parameters', parameters.toLocaleString('en-US')),
  row('layers', config.num_hidden_layers),
  row('width', config.hidden_size),
  row('attention heads', config.num_attention_heads),
  row('word pieces', config.vocab_size.toLocaleString('en-US')),
  row('tokens of a caption', config.text_seq_len),
  row('feature width of a patch', config.patch_feature_size),
  row('positions', config.position_scale),
  row('joint space', config.joint_size === 0 ? 'none' : config.joint_size),
].join('\n')}

\`\`\`js
import { selectBackend } from '@kaleido/backend';
import { loadModel } from '@kaleido/model/node';

await selectBackend();
const model = await loadModel('.');
\`\`\`

What it was trained on, what it is for and what it is worth: to be told by whoever publishes it.
`;
}
