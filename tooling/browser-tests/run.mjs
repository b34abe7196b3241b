import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import CountReporter from './count-reporter.mjs';
import { findChromium } from './find-chromium.mjs';
import { nodeTensors, pictureFolder } from './node-tensors.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
rmSync(new URL('test-results', import.meta.url), { recursive: true, force: true });
if (findChromium() === undefined) {
  console.log('skipped: no Chromium on the path, and none named in CHROMIUM (apt-get install chromium)');
  new CountReporter(here).write({ passed: 0, failed: 0, skipped: 1 });
} else {
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', process.argv.slice(2), {
    root: here,
    watch: false,
    provide: { pictureFolder: `/@fs${pictureFolder}`, pictureTensors: await nodeTensors() },
  });
  await vitest.close();
}
