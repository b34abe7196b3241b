import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';

/** Weights are many megabytes, and kept when they are first used. */
const isWeights = (file: string): boolean => /\.(safetensors|onnx)$/.test(file);

/** The file that lists a model folder. */
const list = 'files.json';

/** Writes `sw.js`, a service worker that keeps the files of the built page. */
export function offline(): Plugin {
  let publicFolder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    generateBundle: {
      // The page itself is added late.
      order: 'post',
      async handler(_, bundle) {
        const hash = createHash('sha256');
        // Of the page itself a host may add something: its size is not known.
        const files = new Map([['./', 0]]);
        const add = (name: string, content: string | Uint8Array): void => {
          files.set(`./${name}`, name.endsWith('.html') ? 0 : Buffer.from(content).length);
          hash.update(name).update(content);
        };
        for (const [name, output] of Object.entries(bundle))
          if (!isWeights(name)) add(name, output.type === 'chunk' ? output.code : output.source);
        const entries = readdirSync(publicFolder, { recursive: true, withFileTypes: true });
        // The engine keeps models, too. Their lists name them by their hashes.
        const models = entries.filter(({ name }) => name === list).map(({ parentPath }) => parentPath);
        for (const entry of entries) {
          const path = join(entry.parentPath, entry.name);
          if (!entry.isFile() || (models.includes(entry.parentPath) && entry.name !== list)) continue;
          add(relative(publicFolder, path).replaceAll('\\', '/'), readFileSync(path));
        }
        const version = hash.digest('hex').slice(0, 16);
        const lists = `const version = ${JSON.stringify(version)};\nconst files = ${JSON.stringify([...files].sort())};\n`;
        const source = lists + (await readFile(new URL('./service-worker.js', import.meta.url), 'utf8'));
        this.emitFile({ type: 'asset', fileName: 'sw.js', source });
      },
    },
  };
}
