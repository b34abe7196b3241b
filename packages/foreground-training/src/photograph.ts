import type { RandomStream } from '@kaleido/foundation';
import sharp from 'sharp';
import type { PicturePool } from './picture-pool.ts';

/** A synthetic photograph with the mask of its object. */
export interface Photograph {
  /** RGB, [side, side, 3]. */
  readonly picture: Uint8Array;
  /** The object's share of each pixel, [side, side], 0..255. */
  readonly mask: Uint8Array;
}

/** Normal noise, drawn once: each picture uses a random section of it. */
export type NoiseTable = Float32Array;

export function noiseTable(random: RandomStream): NoiseTable {
  return Float32Array.from({ length: 1 << 18 }, () => random.normal());
}

/** The share of photographs that are whole scenes of the atelier; the others are composed here. */
const sceneShare = 0.4;

/**
 * Makes a synthetic photograph: a scene of the atelier, or objects before a background; then light, colour, softness,
 * noise and JPEG as in catalogues. A shadow does not belong to the object.
 */
export async function takePhotograph(pool: PicturePool, noise: NoiseTable, random: RandomStream): Promise<Photograph> {
  const side = pool.sceneSide;
  const places = side * side;
  const picture = new Float32Array(3 * places); // [side, side, 3]
  const mask = new Float32Array(places); // [side, side], 0..1
  if (random.chance(sceneShare)) drawScene(pool, picture, mask, random);
  else {
    drawBackground(pool, picture, noise, random);
    const objects = random.chance(0.12) ? 2 : 1;
    for (let i = 0; i < objects; i++) placeObject(pool, picture, mask, random, objects === 1);
  }
  if (random.chance(0.5)) mirror(picture, mask, side);
  develop(picture, random);
  if (random.chance(0.35)) soften(picture, side, random.pick([1, 1, 2]));
  if (random.chance(0.4)) addNoise(picture, noise, 1 + 7 * random.uniform(), random);
  let bytes: Uint8Array = new Uint8Array(Uint8ClampedArray.from(picture).buffer);
  if (random.chance(0.4)) bytes = await throughJpeg(bytes, side, 35 + random.integer(60));
  return { picture: bytes, mask: Uint8Array.from(mask, (share) => Math.round(255 * share)) };
}

function drawScene(pool: PicturePool, picture: Float32Array, mask: Float32Array, random: RandomStream): void {
  const scene = random.pick(pool.scenes);
  for (let at = 0; at < mask.length; at++) {
    for (let channel = 0; channel < 3; channel++) picture[3 * at + channel] = scene[4 * at + channel]!;
    mask[at] = scene[4 * at + 3]! / 255;
  }
}

function drawBackground(pool: PicturePool, picture: Float32Array, noise: NoiseTable, random: RandomStream): void {
  const side = pool.sceneSide;
  const kind = random.uniform();
  if (kind < 0.45) {
    // A studio's paper backdrop: white in most shops, and unevenly lit in some.
    const level = random.chance(0.6) ? 255 : 225 + random.integer(31);
    const fall = random.chance(0.5) ? 0 : 40 * random.uniform();
    const tint = [0, 1, 2].map(() => (random.chance(0.3) ? -8 * random.uniform() : 0));
    const [across, down] = [random.uniform() - 0.5, random.uniform() - 0.2];
    eachPlace(side, (at, x, y) => {
      const shade = fall * Math.max(0, across * (x - 0.5) + down * (y - 0.3));
      for (let channel = 0; channel < 3; channel++) picture[3 * at + channel] = level + tint[channel]! - shade;
    });
  } else if (kind < 0.65) {
    const [first, second] = [randomColour(random), randomColour(random)];
    const [across, down] = [random.uniform() * 2 - 1, random.uniform() * 2 - 1];
    const rough = random.chance(0.4) ? 12 * random.uniform() : 0;
    const from = random.integer(noise.length);
    eachPlace(side, (at, x, y) => {
      const share = Math.min(1, Math.max(0, 0.5 + across * (x - 0.5) + down * (y - 0.5)));
      const grain = rough * noise[(from + at) % noise.length]!;
      for (let channel = 0; channel < 3; channel++)
        picture[3 * at + channel] = first[channel]! * (1 - share) + second[channel]! * share + grain;
    });
  } else {
    const drawn = random.pick(pool.backgrounds);
    // An enlarged part of it, as if the wall were closer.
    const zoom = 1 + random.uniform();
    const [left, top] = [(1 - 1 / zoom) * random.uniform(), (1 - 1 / zoom) * random.uniform()];
    eachPlace(side, (at, x, y) => {
      const from = 4 * (Math.floor((top + y / zoom) * side) * side + Math.floor((left + x / zoom) * side));
      for (let channel = 0; channel < 3; channel++) picture[3 * at + channel] = drawn[from + channel]!;
    });
    if (random.chance(0.5)) soften(picture, side, 1 + random.integer(4));
  }
}

/** A random colour; pale colours are more frequent. */
function randomColour(random: RandomStream): number[] {
  const white = random.uniform() * random.uniform();
  return [0, 1, 2].map(() => 255 * (white + (1 - white) * random.uniform()));
}

function eachPlace(side: number, use: (at: number, x: number, y: number) => void): void {
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) use(row * side + column, column / side, row / side);
}

/** Places an object: turned, stretched, enlarged, sometimes partly outside the picture, with or without a shadow. */
function placeObject(
  pool: PicturePool,
  picture: Float32Array,
  mask: Float32Array,
  random: RandomStream,
  alone: boolean,
): void {
  const side = pool.sceneSide;
  const from = pool.objectSide;
  const object = random.pick(pool.objects);
  const box = extentOf(object, from);
  const reach = Math.max(box.right - box.left, box.bottom - box.top) || 1;
  // Its longer side as a share of the picture; above 1 the object is cropped, as in half-length photographs.
  const share = alone ? 0.4 + 0.8 * random.uniform() : 0.3 + 0.35 * random.uniform();
  const stretch = Math.exp(0.25 * random.normal());
  const scaleX = ((share * side) / reach) * Math.sqrt(stretch);
  const scaleY = (share * side) / reach / Math.sqrt(stretch);
  const turn = random.chance(0.7) ? 0.06 * random.normal() : 0.5 * random.normal();
  const [width, height] = [(box.right - box.left) * scaleX, (box.bottom - box.top) * scaleY];
  const middleX = side / 2 + random.normal() * 0.12 * Math.max(side - width, side * 0.15);
  // Of an object taller than the picture the upper part is shown: legs are cropped before heads.
  const middleY =
    height > side * 0.92
      ? height / 2 + side * (0.01 + 0.07 * random.uniform())
      : side / 2 + random.normal() * 0.12 * Math.max(side - height, side * 0.15);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const centreX = (box.left + box.right) / 2;
  const centreY = (box.top + box.bottom) / 2;
  const bright = 1 + 0.1 * random.normal();
  const gain = [0, 1, 2].map(() => bright + 0.06 * random.normal());
  const lift = 24 * (random.uniform() - 0.35);
  // White on white, like half of all shirts: this share of the colour remains.
  const depth = random.chance(0.15) ? 0.04 + 0.3 * random.uniform() : 1;
  const slope = random.chance(0.5) ? 0.5 * (random.uniform() - 0.5) : 0;

  const layer = new Float32Array(4 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const dx = column + 0.5 - middleX;
      const dy = row + 0.5 - middleY;
      const u = (cos * dx + sin * dy) / scaleX + centreX - 0.5;
      const v = (-sin * dx + cos * dy) / scaleY + centreY - 0.5;
      if (u < -1 || v < -1 || u >= from || v >= from) continue;
      sample(object, from, u, v, layer, 4 * (row * side + column));
    }
  }
  if (random.chance(0.45)) castShadow(layer, picture, mask, side, random);
  for (let at = 0; at < mask.length; at++) {
    const cover = layer[4 * at + 3]! / 255;
    if (cover <= 0) continue;
    const light = 1 + slope * ((at % side) / side - 0.5);
    for (let channel = 0; channel < 3; channel++) {
      const deep = 255 * cover - depth * (255 * cover - layer[4 * at + channel]!);
      const colour = (deep * gain[channel]! + lift * cover) * light;
      picture[3 * at + channel] = picture[3 * at + channel]! * (1 - cover) + Math.max(0, Math.min(255 * cover, colour));
    }
    mask[at] = Math.max(mask[at]!, cover);
  }
}

/** Bilinear; zero beyond the edges. */
function sample(object: Uint8Array, side: number, u: number, v: number, target: Float32Array, to: number): void {
  const left = Math.floor(u);
  const top = Math.floor(v);
  const [across, down] = [u - left, v - top];
  for (let dy = 0; dy < 2; dy++) {
    const y = top + dy;
    if (y < 0 || y >= side) continue;
    for (let dx = 0; dx < 2; dx++) {
      const x = left + dx;
      if (x < 0 || x >= side) continue;
      const weight = (dx === 0 ? 1 - across : across) * (dy === 0 ? 1 - down : down);
      const at = 4 * (y * side + x);
      for (let channel = 0; channel < 4; channel++) target[to + channel]! += weight * object[at + channel]!;
    }
  }
}

/** The rows and columns that an object on a transparent background covers. */
function extentOf(object: Uint8Array, side: number): { left: number; top: number; right: number; bottom: number } {
  let [left, top, right, bottom] = [side, side, 0, 0];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      if (object[4 * (y * side + x) + 3]! < 128) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  return right > left ? { left, top, right, bottom } : { left: 0, top: 0, right: side, bottom: side };
}

/** Darkens the background: by the object's outline, moved and blurred, or by a flat spot beneath it. */
function castShadow(
  layer: Float32Array,
  picture: Float32Array,
  mask: Float32Array,
  side: number,
  random: RandomStream,
): void {
  const depth = 0.08 + 0.3 * random.uniform();
  const shadow = new Float32Array(side * side);
  if (random.chance(0.5)) {
    const [byX, byY] = [Math.round(6 * random.normal()), Math.round(2 + 5 * random.uniform())];
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const [fromX, fromY] = [x - byX, y - byY];
        if (fromX < 0 || fromY < 0 || fromX >= side || fromY >= side) continue;
        shadow[y * side + x] = layer[4 * (fromY * side + fromX) + 3]! / 255;
      }
  } else {
    let [low, left, right] = [0, side, 0];
    for (let at = 0; at < side * side; at++) {
      if (layer[4 * at + 3]! < 128) continue;
      low = Math.max(low, Math.floor(at / side));
      left = Math.min(left, at % side);
      right = Math.max(right, at % side);
    }
    const [middle, wide, high] = [(left + right) / 2, Math.max(4, (right - left) * 0.55), 3 + 7 * random.uniform()];
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        shadow[y * side + x] = ((x - middle) / wide) ** 2 + ((y - low) / high) ** 2 < 1 ? 1 : 0;
  }
  blurPlane(shadow, side, 2 + random.integer(5));
  for (let at = 0; at < shadow.length; at++) {
    const dark = 1 - depth * shadow[at]! * (1 - mask[at]!);
    for (let channel = 0; channel < 3; channel++) picture[3 * at + channel]! *= dark;
  }
}

/** Exposure, contrast and tint of the whole picture. */
function develop(picture: Float32Array, random: RandomStream): void {
  if (random.chance(0.4)) return;
  const exposure = 1 + 0.1 * random.normal();
  const contrast = 1 + 0.12 * random.normal();
  const tint = [0, 1, 2].map(() => 1 + 0.03 * random.normal());
  const grey = random.chance(0.04);
  for (let i = 0; i < picture.length; i += 3) {
    if (grey) {
      const level = 0.299 * picture[i]! + 0.587 * picture[i + 1]! + 0.114 * picture[i + 2]!;
      picture.fill(level, i, i + 3);
    }
    for (let channel = 0; channel < 3; channel++)
      picture[i + channel] = ((picture[i + channel]! - 128) * contrast + 128) * exposure * tint[channel]!;
  }
}

function mirror(picture: Float32Array, mask: Float32Array, side: number): void {
  for (let y = 0; y < side; y++) {
    mask.subarray(y * side, (y + 1) * side).reverse();
    // Mirrors the row: reverses all values, then restores each pixel's channel order.
    const row = picture.subarray(3 * y * side, 3 * (y + 1) * side).reverse();
    for (let i = 0; i < row.length; i += 3) [row[i], row[i + 2]] = [row[i + 2]!, row[i]!];
  }
}

/** A box blur of that radius, of all three channels: like a lens out of focus, or an enlarged picture. */
function soften(picture: Float32Array, side: number, radius: number): void {
  const plane = new Float32Array(side * side);
  for (let channel = 0; channel < 3; channel++) {
    for (let at = 0; at < plane.length; at++) plane[at] = picture[3 * at + channel]!;
    blurPlane(plane, side, radius);
    for (let at = 0; at < plane.length; at++) picture[3 * at + channel] = plane[at]!;
  }
}

/** A running mean along the rows, then along the columns; edges repeat. */
function blurPlane(plane: Float32Array, side: number, radius: number): void {
  const line = new Float32Array(side);
  const blurLine = (start: number, step: number): void => {
    for (let i = 0; i < side; i++) line[i] = plane[start + i * step]!;
    const at = (i: number): number => line[Math.min(side - 1, Math.max(0, i))]!;
    let sum = 0;
    for (let i = -radius; i <= radius; i++) sum += at(i);
    for (let i = 0; i < side; i++) {
      plane[start + i * step] = sum / (2 * radius + 1);
      sum += at(i + radius + 1) - at(i - radius);
    }
  };
  for (let row = 0; row < side; row++) blurLine(row * side, 1);
  for (let column = 0; column < side; column++) blurLine(column, side);
}

function addNoise(picture: Float32Array, noise: NoiseTable, strength: number, random: RandomStream): void {
  const from = random.integer(noise.length);
  for (let i = 0; i < picture.length; i++) picture[i]! += strength * noise[(from + i) % noise.length]!;
}

async function throughJpeg(bytes: Uint8Array, side: number, quality: number): Promise<Uint8Array> {
  const raw = { width: side, height: side, channels: 3 } as const;
  const file = await sharp(bytes, { raw }).jpeg({ quality }).toBuffer();
  return new Uint8Array(await sharp(file).raw().toBuffer());
}
