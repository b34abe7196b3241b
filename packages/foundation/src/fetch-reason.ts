/**
 * Why a `fetch` failed: Node says "fetch failed", and the reason in the cause of the error, or in that one's cause. The
 * system's code where there is one, `ECONNREFUSED` say; else the words, `Proxy response (403) !== 200` say.
 */
export function fetchReason(error: unknown): string {
  let deepest = error as NodeJS.ErrnoException;
  while (typeof deepest.cause === 'object' && deepest.cause !== null) deepest = deepest.cause as NodeJS.ErrnoException;
  const { code, message } = deepest;
  // "Aborted" tells nothing that the words do not.
  return typeof code === 'string' && code !== 'UND_ERR_ABORTED' ? code : message;
}
