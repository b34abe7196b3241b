import { selectBackend } from '@kaleido/backend';

// A page must be told; the tests then ask for `wasm` as they do in Node.
await selectBackend({ prefer: 'wasm', wasmFolder: '/' });
