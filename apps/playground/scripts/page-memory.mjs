import { readFile } from 'node:fs/promises';

/**
 * Follows the workers of a page.
 * @param parent a CDP session of the page
 * @returns asks for their JavaScript heaps and buffers after a collection, in bytes
 */
export async function watchWorkers(parent) {
  const workers = new Map();
  const waiting = new Map();
  let last = 0;
  parent.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => workers.set(sessionId, targetInfo));
  parent.on('Target.detachedFromTarget', ({ sessionId }) => workers.delete(sessionId));
  parent.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message);
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await parent.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const ask = (sessionId, method) =>
    Promise.race([
      new Promise((resolve) => {
        const id = ++last;
        waiting.set(id, resolve);
        parent
          .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) })
          .catch(resolve);
      }),
      new Promise((resolve) => setTimeout(resolve, 5000)),
    ]);
  return async () => {
    const sizes = [];
    for (const [sessionId, { type }] of workers) {
      if (type !== 'worker') continue;
      await ask(sessionId, 'HeapProfiler.collectGarbage');
      const usage = await ask(sessionId, 'Runtime.getHeapUsage');
      sizes.push((usage?.usedSize ?? 0) + (usage?.backingStorageSize ?? 0));
    }
    return sizes;
  };
}

/**
 * Resident megabytes of Chromium's processes: the largest one for pages, the browser's own, the one for graphics, and all
 * others; 0 where there is no /proc.
 */
export async function residentSizes(page) {
  const browser = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  await browser.detach();
  const sizes = { page: 0, browser: 0, gpu: 0, others: 0 };
  for (const { id, type } of processInfo) {
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    const size = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000;
    if (type === 'renderer') sizes.page = Math.max(sizes.page, size);
    else sizes[type === 'browser' ? 'browser' : type === 'GPU' ? 'gpu' : 'others'] += size;
  }
  for (const name of Object.keys(sizes)) sizes[name] = Math.round(sizes[name]);
  return sizes;
}
