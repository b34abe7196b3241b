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

// Asked by the page's button, see src/keep-page.ts, which is told how many tabs are in the way; or by the older version,
// for the only tab.
self.addEventListener('message', (event) => {
  const { name: question, tabs } = event.data;
  if (question === 'take over') event.waitUntil(takeOver([...tabs, event.source?.id], event.ports[0]));
});

/** @param asking ids of the tabs that ask for it */
async function takeOver(asking, port) {
  for (let attempt = 0; ; attempt++) {
    const tabs = await self.clients.matchAll({ includeUncontrolled: true });
    const others = tabs.filter(({ id }) => !asking.includes(id)).length;
    if (others === 0) await self.skipWaiting();
    if (others === 0 || attempt === 20) return port?.postMessage(others);
    // A tab that was closed counts for a moment.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  event.respondWith(request.mode === 'navigate' ? open(request, event.resultingClientId) : answer(request));
});

/**
 * A page without anything, not even an icon, which loads again when the newer version has taken over. It waits three
 * seconds at most.
 */
const between = `<!doctype html><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><script>
  const again = () => location.reload();
  navigator.serviceWorker.addEventListener('controllerchange', again);
  setTimeout(again, 3000);
</script>`;

/** How often the newer version was asked to take over. If it does not, the older one is better than nothing. */
let asked = 0;

/**
 * A reload by itself never lets go of the older version: the page before is there until the next one is. So the only tab
 * gets the page between.
 */
async function open(request, opened) {
  const { waiting } = self.registration;
  if (waiting === null || asked === 2) return answer(request);
  const before = await self.clients.matchAll({ includeUncontrolled: true });
  // A tab that opens beside another one finds one tab, too; only a reload asks the server again.
  if (before.length > (request.cache === 'no-cache' ? 1 : 0)) return answer(request);
  asked++;
  waiting.postMessage({ name: 'take over', tabs: [...before.map(({ id }) => id), opened] });
  return new Response(between, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}

async function answer(request) {
  const kept = await caches
    .open(name)
    .then((cache) => cache.match(request))
    .catch(() => undefined);
  return kept ?? fetch(request);
}
