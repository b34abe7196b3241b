// Screenshots of a panel in light, dark and at a phone's width, after a build:
//   node apps/playground/scripts/look.mjs OUT 'way-in?product=g03' [more places]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openPage } from '../test/open-page.mjs';

const [out, ...places] = process.argv.slice(2);
if (out === undefined || places.length === 0) {
  console.error("usage: node scripts/look.mjs OUT 'PANEL?SETTINGS' ...");
  process.exit(1);
}
await mkdir(out, { recursive: true });
const views = [
  { name: 'light', scheme: 'light', width: 1280, height: 900 },
  { name: 'dark', scheme: 'dark', width: 1280, height: 900 },
  { name: 'phone', scheme: 'light', width: 390, height: 844 },
];
for (const { name, ...view } of views) {
  const opened = await openPage({ ...view, hash: `#/${places[0]}` });
  await opened.ready();
  for (const [index, place] of places.entries()) {
    await opened.page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${place}`);
    await opened.page.waitForTimeout(2500);
    const file = join(out, `${place.split('?')[0]}-${index}-${name}.png`);
    await opened.page.screenshot({ path: file, fullPage: true });
    console.log(file);
  }
  for (const problem of opened.problems) console.error(`${name}: ${problem}`);
  await opened.close();
}
