/** A tuple of one kind for each element of another. */
export type Each<Elements extends readonly unknown[], Kind> = { -readonly [Index in keyof Elements]: Kind };

/** `Array.map`, whose type forgets how many elements there are. */
export function mapTuple<const Elements extends readonly unknown[], Kind>(
  elements: Elements,
  map: (element: Elements[number], index: number) => Kind,
): Each<Elements, Kind> {
  return elements.map(map) as Each<Elements, Kind>;
}
