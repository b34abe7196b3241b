// Keeps the page, so that it opens offline after the first visit. Weights of models are kept by the engine.
// `version` and `files` are put before this by build/offline.ts.
/* global version, files */
const name = `kaleido-page-${version}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(name)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  const isOld = (key) => key.startsWith('kaleido-page-') && key !== name;
  event.waitUntil(
    caches
      .keys()
      .then((keys) => Promise.all(keys.filter(isOld).map((key) => caches.delete(key))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  event.respondWith(
    caches
      .open(name)
      .then((cache) => cache.match(event.request))
      .then((kept) => kept ?? fetch(event.request)),
  );
});
