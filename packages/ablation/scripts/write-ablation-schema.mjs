// Writes recipes/ablation.schema.json from the code; a test compares the two. Run it with `pnpm write-ablation-schema` in this package.
import { fileURLToPath } from 'node:url';
import { writeWhole } from '@kaleido/foundation/node';
import { ablationJsonSchema } from '../dist/index.js';

const path = fileURLToPath(new URL('../../../recipes/ablation.schema.json', import.meta.url));
await writeWhole(path, `${JSON.stringify(ablationJsonSchema(), undefined, 2)}\n`);
