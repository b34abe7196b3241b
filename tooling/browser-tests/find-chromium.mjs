import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium named in CHROMIUM, or the first on the path; undefined if there is none. */
export function findChromium({ CHROMIUM: named, PATH: path = '' } = process.env) {
  if (named) return named;
  const places = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place));
}
