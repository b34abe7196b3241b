// Keeps the page, so that it opens offline after the first visit. Weights of models are kept by the engine.
// `version` and `files` are put before this by build/offline.ts.
/* global version, files */
const name = `kaleido-page-${version}`;

self.addEventListener('install', (event) => {
  // Asked of the server, as an older page may lie in the browser's own cache.
  const requests = files.map((file) => new Request(file, { cache: 'no-cache' }));
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(requests)));
});

// A newer version waits until no tab shows the older one, which may still load panels and models of its own version.
self.addEventListener('activate', (event) => {
  const isOld = (key) => key.startsWith('kaleido-page-') && key !== name;
  event.waitUntil(
    caches
      .keys()
      .then((keys) => Promise.all(keys.filter(isOld).map((key) => caches.delete(key))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('message', ({ data }) => {
  if (data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  if (event.request.method === 'GET') event.respondWith(answer(event.request));
});

async function answer(request) {
  // A reload of the only tab would still count as a tab with the older version: the newer one takes over, and asks again.
  const { waiting } = self.registration;
  if (request.mode === 'navigate' && waiting !== null && (await self.clients.matchAll()).length < 2) {
    waiting.postMessage('take over');
    return new Response('', { headers: { refresh: '0' } });
  }
  const kept = await caches
    .open(name)
    .then((cache) => cache.match(request))
    .catch(() => undefined);
  return kept ?? fetch(request);
}
