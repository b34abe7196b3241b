// Writes recipes/recipe.schema.json from the code; a test compares the two. Run it with `pnpm write-recipe-schema` in this package.
import { fileURLToPath } from 'node:url';
import { writeWhole } from '@kaleido/foundation/node';
import { recipeJsonSchema } from '../dist/parse-recipe.js';

const path = fileURLToPath(new URL('../../../recipes/recipe.schema.json', import.meta.url));
await writeWhole(path, `${JSON.stringify(recipeJsonSchema(), undefined, 2)}\n`);
