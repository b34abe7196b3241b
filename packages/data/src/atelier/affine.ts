/** A point in the plane, `[x, y]`; y grows downwards, as in SVG. */
export type Point = readonly [number, number];

/** `[a, b, c, d, e, f]` as in SVG's `matrix()`: x' = a x + c y + e, y' = b x + d y + f. */
export type Affine = readonly [number, number, number, number, number, number];

const identity: Affine = [1, 0, 0, 1, 0, 0];

export function translation(x: number, y: number): Affine {
  return [1, 0, 0, 1, x, y];
}

export function scaling(x: number, y: number): Affine {
  return [x, 0, 0, y, 0, 0];
}

/** Clockwise on the screen, in degrees. */
export function rotation(degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0];
}

/** Adds x times the tangent of the angle to y: how a turn about the vertical axis changes an upright object's edges. */
export function verticalSkew(degrees: number): Affine {
  return [1, Math.tan((degrees * Math.PI) / 180), 0, 1, 0, 0];
}

/** Combines transforms; the last one is applied first, as in nested SVG groups. */
export function compose(...transforms: readonly Affine[]): Affine {
  return transforms.reduce(
    ([a, b, c, d, e, f], [p, q, r, s, t, u]): Affine => [
      a * p + c * q,
      b * p + d * q,
      a * r + c * s,
      b * r + d * s,
      a * t + c * u + e,
      b * t + d * u + f,
    ],
    identity,
  );
}

export function transformPoint([a, b, c, d, e, f]: Affine, [x, y]: Point): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}
