import { expect, it } from '@jest/globals';
import type { RgbImage } from '@kaleido/kaleido-patches';
import sharp from 'sharp';
import { alteredPictureOf, pictureOf } from './report-pictures.ts';

/** Left half red, right half blue. */
function redAndBlue(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) data[3 * pixel + (pixel % width < width / 2 ? 0 : 2)] = 255;
  return { width, height, data };
}

/** Size of a picture, and its colours at places given as shares of its sides. */
async function look(picture: string, places: readonly (readonly [x: number, y: number])[]) {
  const bytes = Buffer.from(picture.replace(/^data:image\/jpeg;base64,/, ''), 'base64');
  const { data, info } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const colours = places.map(([x, y]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    const [red, green, blue] = [0, 1, 2].map((channel) => data[at + (info.channels === 1 ? 0 : channel)] as number);
    if (red === green && green === blue) return 'grey';
    return (red as number) > 200 ? 'red' : (blue as number) > 200 ? 'blue' : `${red} ${green} ${blue}`;
  });
  return { width: info.width, height: info.height, colours };
}

const sides = [
  [0.1, 0.5],
  [0.9, 0.5],
  [0.5, 0.1],
  [0.5, 0.9],
] as const;

it('shows a region in its proportions', async () => {
  const whole = await look(await pictureOf(redAndBlue(40, 20)), sides);
  expect(whole).toMatchObject({ width: 96, height: 48 });
  expect(whole.colours.slice(0, 2)).toEqual(['red', 'blue']);
  const right = await look(await pictureOf(redAndBlue(40, 20), { x0: 24, y0: 0, x1: 40, y1: 8 }, 32), sides);
  expect(right).toEqual({ width: 32, height: 16, colours: ['blue', 'blue', 'blue', 'blue'] });
});

it('turns clockwise', async () => {
  const region = { x0: 0, y0: 0, x1: 40, y1: 20 };
  const turned = async (turns: number): Promise<readonly string[]> =>
    (await look(await alteredPictureOf(redAndBlue(40, 20), region, { turns }), sides)).colours;
  expect((await turned(1)).slice(2)).toEqual(['red', 'blue']); // left becomes top
  expect((await turned(2)).slice(0, 2)).toEqual(['blue', 'red']);
  expect((await turned(3)).slice(2)).toEqual(['blue', 'red']);
});

it('removes the colours', async () => {
  const region = { x0: 0, y0: 0, x1: 40, y1: 20 };
  const { colours } = await look(await alteredPictureOf(redAndBlue(40, 20), region, { grey: true }), sides);
  expect(colours).toEqual(['grey', 'grey', 'grey', 'grey']);
});

it('repeats the edge if a region extends past the picture, e.g. for pictures under five pixels', async () => {
  const tiny = await look(await pictureOf(redAndBlue(3, 2), { x0: -1, y0: -1, x1: 4, y1: 4 }, 50), sides);
  expect([tiny.width, tiny.height]).toEqual([50, 50]);
  expect(tiny.colours.slice(0, 2)).toEqual(['red', 'blue']);
});
