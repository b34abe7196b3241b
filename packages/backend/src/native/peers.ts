import { createRequire } from 'node:module';
import { KaleidoError } from '@kaleido/foundation';

const require = createRequire(import.meta.url);

/** The optional peers that the backends `tensorflow` and `cuda` load, with the error where one is absent. */
const peers = {
  koffi: {
    problem: 'the npm package koffi, which calls TensorFlow, is absent',
    advice: 'install koffi@3, or use wasm',
  },
  '@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js': {
    problem: 'the npm package @tensorflow/tfjs-node-gpu, whose JavaScript is needed, is absent',
    advice: 'install @tensorflow/tfjs-node-gpu@4.22.0 with --ignore-scripts, or use wasm',
  },
  '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js': {
    problem: 'the npm package @tensorflow/tfjs-node-gpu, whose JavaScript is needed, is absent',
    advice: 'install @tensorflow/tfjs-node-gpu@4.22.0 with --ignore-scripts, or use wasm',
  },
} as const;

type Peer = keyof typeof peers;

/** @throws KaleidoError, which says what to install, where one of them is absent; loads none */
export function assertPeers(): void {
  for (const peer of Object.keys(peers) as Peer[]) orAbsent(peer, () => require.resolve(peer));
}

/** @throws KaleidoError, which says what to install, where it is absent or does not load */
export function requirePeer(peer: Peer): unknown {
  return orAbsent(peer, () => require(peer));
}

function orAbsent<Value>(peer: Peer, look: () => Value): Value {
  try {
    return look();
  } catch (cause) {
    throw new KaleidoError({ source: 'backend', ...peers[peer], cause });
  }
}
