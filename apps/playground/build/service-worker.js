// Keeps the page, so that it opens offline after the first visit. Weights of models are kept by the engine.
// `version` and `files`, each with its size in bytes, are put before this by build/offline.ts.
/* global version, files */
const name = `kaleido-page-${version}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(name)
      .then((cache) => Promise.all(files.map(([file, size]) => keep(cache, file, size))))
      .then(() => self.skipWaiting()),
  );
});

/** What did not arrive whole would be shown damaged for ever. */
async function keep(cache, file, size) {
  const response = await fetch(file);
  if (!response.ok) throw new Error(`${file}: status ${response.status}`);
  const content = await response.clone().arrayBuffer();
  if (content.byteLength < size) throw new Error(`${file}: ${content.byteLength} of ${size} bytes`);
  await cache.put(file, response);
}

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
      // A full or broken storage must not keep the page from the server.
      .catch(() => undefined)
      .then((kept) => kept ?? fetch(event.request)),
  );
});
