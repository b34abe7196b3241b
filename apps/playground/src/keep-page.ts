/** Keeps the page for visits without a network. A newer version of it takes over as soon as no other tab shows it. */
export async function keepPage(): Promise<void> {
  const workers = navigator.serviceWorker;
  const { waiting } = await workers.register('./sw.js');
  if (waiting === null) return;
  // A reload never lets go of the older version by itself. Nothing is lost: this page has only just opened.
  workers.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage('take over');
}
