import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';

/** Weights are many megabytes, and kept when they are first used. */
const isLeftOut = (file: string): boolean => /\.(safetensors|onnx)$/.test(file);

/** Writes `sw.js`, a service worker that keeps the files of the built page. */
export function offline(): Plugin {
  let publicFolder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    async generateBundle(_, bundle) {
      const hash = createHash('sha256');
      // The page itself is written later; a host may add something to it.
      const files = new Map([['./', 0]]);
      for (const [name, output] of Object.entries(bundle)) {
        if (isLeftOut(name)) continue;
        const content = Buffer.from(output.type === 'chunk' ? output.code : output.source);
        files.set(`./${name}`, content.length);
        hash.update(content);
      }
      for (const entry of readdirSync(publicFolder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || isLeftOut(path)) continue;
        const content = readFileSync(path);
        files.set(`./${relative(publicFolder, path).replaceAll('\\', '/')}`, content.length);
        hash.update(content);
      }
      const version = hash.digest('hex').slice(0, 16);
      const lists = `const version = ${JSON.stringify(version)};\nconst files = ${JSON.stringify([...files].sort())};\n`;
      const source = lists + (await readFile(new URL('./service-worker.js', import.meta.url), 'utf8'));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
