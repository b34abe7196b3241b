import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleasedColumnForm } from '@kaleido/data';
import { readManifest, readReleasedRows } from '@kaleido/data/node';
import { ByteWriter, decodeSafetensors, encodeSafetensors, float32Tensor, float32Values } from '@kaleido/foundation';
import { readOnnxGraph } from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { bertPlaces, loadBertFolder, TensorflowCheckpoint, writeTensorflowCheckpoint } from '@kaleido/model/node';
import { createTokenizer } from '@kaleido/tokenizer';
import { dataFormats } from './data-formats.ts';
import type { Format } from './format.ts';
import { shardFormats } from './shard-formats.ts';

const numbers = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i / 8);

/** The formats to fuzz, by name; each makes its valid file in its own folder. */
export const formats: Readonly<Record<string, (folder: string) => Promise<Format>>> = {
  /** The index of a TensorFlow checkpoint: a LevelDB table of protocol buffers. */
  checkpoint: async (folder) => {
    const prefix = join(folder, 'model.ckpt');
    const variables = Array.from(
      { length: 40 },
      (_, i) => [`model/layer_${i % 7}/part_${i}/kernel`, float32Tensor(numbers(6), [2, 3])] as const,
    );
    await writeTensorflowCheckpoint(prefix, variables);
    return {
      sound: await readFile(`${prefix}.index`),
      read: async (bytes) => {
        await writeFile(`${prefix}.index`, bytes);
        const checkpoint = await TensorflowCheckpoint.open(prefix);
        try {
          for (const name of checkpoint.entries.keys()) await checkpoint.read(name);
        } finally {
          await checkpoint.close();
        }
      },
    };
  },
  /** Its data file. */
  'checkpoint-data': async (folder) => {
    const prefix = join(folder, 'model.ckpt');
    await writeTensorflowCheckpoint(prefix, [['a', float32Tensor(numbers(64), [64])]]);
    const path = `${prefix}.data-00000-of-00001`;
    return {
      sound: await readFile(path),
      read: async (bytes) => {
        await writeFile(path, bytes);
        const checkpoint = await TensorflowCheckpoint.open(prefix);
        try {
          await checkpoint.read('a');
        } finally {
          await checkpoint.close();
        }
      },
    };
  },
  safetensors: async () => ({
    sound: encodeSafetensors(
      Array.from({ length: 6 }, (_, i) => [`tensor ${i}`, float32Tensor(numbers(6), [3, 2])] as const),
      { format: 'pt' },
    ),
    read: async (bytes) => {
      for (const [name, tensor] of decodeSafetensors(bytes, 'fuzzed').tensors)
        if (/^(F32|F16|BF16)$/.test(tensor.type)) float32Values(tensor, name);
    },
  }),
  /** A BERT's weights, read tensor by tensor. */
  'bert-folder': async (folder) => {
    const sizes = {
      vocab_size: 5,
      hidden_size: 2,
      intermediate_size: 3,
      num_hidden_layers: 1,
      num_attention_heads: 1,
      max_position_embeddings: 4,
      type_vocab_size: 2,
    };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...sizes, model_type: 'bert', hidden_act: 'gelu' }));
    const tensors = [...bertPlaces({ ...sizes, hidden_act: 'gelu_erf' })].map(
      ([name, { shape }]) => [name, float32Tensor(numbers(shape.reduce((a, b) => a * b, 1)), shape)] as const,
    );
    return {
      sound: encodeSafetensors(tensors),
      read: async (bytes) => {
        await writeFile(join(folder, 'model.safetensors'), bytes);
        await loadBertFolder(folder);
      },
    };
  },
  /** Rows of the released data files. */
  'released-rows': async (folder) => {
    const forms: readonly ReleasedColumnForm[] = [
      { name: 'ids', type: 'int', length: 4 },
      { name: 'features', type: 'float', length: 6 },
      { name: 'words', type: 'text', length: 1 },
      { name: 'label', type: 'int', length: 1 },
    ];
    const path = join(folder, 'rows.tsv');
    const row = '101,-2,3,0\t0.5,1e-3,2.5E+2,0,.75,12345678901234567890\tslim "high-rise" jeans, café\t7\n';
    return {
      sound: Buffer.from(row.repeat(4)),
      read: async (bytes) => {
        await writeFile(path, bytes);
        for await (const { row } of readReleasedRows(path, forms)) if (row > 1e6) return;
      },
    };
  },
  ...dataFormats,
  ...shardFormats,
  manifest: async (folder) => {
    const path = join(folder, 'manifest.json');
    const file = { url: 'https://example.org/a.zip', sha256: '0'.repeat(64), size: 12, unpack: 'zip', path: 'a/b.zip' };
    return {
      sound: Buffer.from(JSON.stringify({ files: [file, { ...file, path: 'c.zip' }] })),
      read: async (bytes) => {
        await writeFile(path, bytes);
        await readManifest(path);
      },
    };
  },
  /** A vocabulary, and a text encoded with it; the text is damaged too. */
  vocabulary: async () => ({
    sound: Buffer.from('[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nslim\n##s\nje\n##an\n##s2\n"\né\n'),
    read: async (bytes) => {
      const text = Buffer.from(bytes).toString('utf8');
      createTokenizer(text).encode(text, { maximumLength: 64, pad: true });
    },
  }),
  /** A network of one convolution, as an ONNX file. */
  onnx: async () => ({
    sound: smallOnnx(),
    read: async (bytes) => {
      readOnnxGraph(bytes, 'fuzzed');
    },
  }),
  /** A photograph, from its header to its last row. */
  jpeg: () => picture('baseline.jpg'),
  png: () => picture('palette-transparent.png'),
  webp: () => picture('alpha.webp'),
};

/** The generated pictures from the tests of the patch generator. */
async function picture(name: string): Promise<Format> {
  const url = new URL(`../../../packages/kaleido-patches/fixtures/pictures/files/${name}`, import.meta.url);
  return {
    sound: await readFile(url),
    read: async (bytes) => {
      await decodeImage(bytes, 'fuzzed');
    },
  };
}

function smallOnnx(): Uint8Array {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const named = (name: string): Uint8Array => new ByteWriter().field(1, text(name)).bytes();
  const weights = new ByteWriter();
  for (const length of [2, 3, 1, 1]) weights.field(1, length);
  weights
    .field(2, 1)
    .field(8, text('weights'))
    .field(9, new Uint8Array(numbers(6).buffer));
  const shape = new ByteWriter().field(1, text('kernel_shape')).field(8, 1).field(8, 1);
  const node = new ByteWriter()
    .field(1, text('x'))
    .field(1, text('weights'))
    .field(2, text('y'))
    .field(4, text('Conv'))
    .field(5, shape.bytes());
  const graph = new ByteWriter()
    .field(1, node.bytes())
    .field(5, weights.bytes())
    .field(11, named('x'))
    .field(12, named('y'));
  return new ByteWriter().field(1, 6).field(7, graph.bytes()).field(8, new ByteWriter().field(2, 11).bytes()).bytes();
}
