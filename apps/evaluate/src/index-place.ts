import { webUrl } from '@kaleido/foundation';
import { pathFromUser } from '@kaleido/foundation/node';

/** Where an index is: a path from where the user is, or a web address. */
export function indexPlace(given: string): string {
  return webUrl(given)?.href ?? pathFromUser(given);
}
