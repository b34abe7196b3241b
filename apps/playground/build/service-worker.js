// Keeps the page, so that it opens offline after the first visit. Weights of models are kept by the engine.
// `version` and `files`, each with its size in bytes, are put before this by build/offline.ts.
/* global version, files */
const name = `kaleido-page-${version}`;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(name).then((cache) => Promise.all(files.map(([file, size]) => keep(cache, file, size)))));
});

/** What did not arrive whole would be shown damaged for ever. */
async function keep(cache, file, size) {
  // Asked of the server, as an older page may lie in the browser's own cache.
  const response = await fetch(file, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${file}: status ${response.status}`);
  const content = await response.clone().arrayBuffer();
  if (content.byteLength < size) throw new Error(`${file}: ${content.byteLength} of ${size} bytes`);
  await cache.put(file, response);
}

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

// A page that has just opened, alone, asks for the newer version: see src/keep-page.ts.
self.addEventListener('message', (event) => {
  if (event.data !== 'take over') return;
  event.waitUntil(takeOver());
});

async function takeOver() {
  // After a reload, the page before counts as a tab for a moment.
  for (let attempt = 0; attempt < 10; attempt++) {
    const tabs = await self.clients.matchAll({ includeUncontrolled: true });
    if (tabs.length < 2) return self.skipWaiting();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

self.addEventListener('fetch', (event) => {
  if (event.request.method === 'GET') event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = await caches
    .open(name)
    .then((cache) => cache.match(request))
    .catch(() => undefined);
  return kept ?? fetch(request);
}
