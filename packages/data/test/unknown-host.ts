/** What `fetch` gives while this machine has no network: no name is known. */
export function unknownHost(): Promise<Response> {
  const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  return Promise.reject(new TypeError('fetch failed', { cause }));
}
