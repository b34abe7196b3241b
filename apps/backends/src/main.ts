// Must be first, before any import that an old Node cannot load.
import '@kaleido/foundation/require-node';

await import('./command.ts');
