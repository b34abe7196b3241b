import { selectBackend } from '@kaleido/backend';

// A page must be given the folder; the tests can then select `wasm` as in Node.
await selectBackend({ prefer: 'wasm', wasmFolder: '/' });
