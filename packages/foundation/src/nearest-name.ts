import leven from 'leven';

/**
 * The known name that a misspelt one was most likely meant to be; undefined if none is near. Case is ignored. At most
 * two letters in five may differ, so that an unrelated word matches nothing.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(0.4 * name.length)) + 1;
  for (const one of known) {
    const distance = leven(name.toLowerCase(), one.toLowerCase(), { maxDistance: least });
    if (distance < least) [nearest, least] = [one, distance];
  }
  return nearest;
}

/** `did you mean "seed"?` for an error's advice, or an empty string. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `did you mean "${nearest}"?`;
}
