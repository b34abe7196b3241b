/**
 * Why a `fetch` failed. Node's message is only "fetch failed"; the reason is in the innermost `cause`. Returns the system's
 * code if there is one, e.g. `ECONNREFUSED`, else the message, e.g. `Proxy response (403) !== 200`.
 */
export function fetchReason(error: unknown): string {
  let deepest = error as NodeJS.ErrnoException;
  while (typeof deepest.cause === 'object' && deepest.cause !== null) deepest = deepest.cause as NodeJS.ErrnoException;
  const { code, message } = deepest;
  // "Aborted" adds nothing to the message.
  return typeof code === 'string' && code !== 'UND_ERR_ABORTED' ? code : message;
}
