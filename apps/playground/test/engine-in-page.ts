import type { Page } from 'playwright-core';

/**
 * Calls the built page's worker as the page does, in a worker of its own, and returns what it answers. Typed arrays come
 * back as plain ones. @param calls methods with their arguments, after `start`
 */
export async function callEngine(
  page: Page,
  backend: 'wasm' | 'webgpu',
  calls: readonly (readonly [method: string, ...parameters: unknown[]])[],
): Promise<unknown[]> {
  return page.evaluate(
    async ({ backend, calls }) => {
      const script = performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .find((name) => name.includes('engine-worker'));
      if (script === undefined) throw new Error('the page has not started its worker');
      const worker = new Worker(script, { type: 'module' });
      let last = 0;
      // Comlink's messages.
      const call = (path: string, argumentList: unknown[], ports: MessagePort[] = []): Promise<unknown> =>
        new Promise((resolve, reject) => {
          const id = `call ${last++}`;
          worker.addEventListener('message', function listen({ data }) {
            if (data.id !== id) return;
            worker.removeEventListener('message', listen);
            if (data.type === 'HANDLER') reject(new Error(data.value.value?.message ?? 'the worker failed'));
            else resolve(data.value);
          });
          worker.postMessage({ id, type: 'APPLY', path: [path], argumentList }, ports);
        });
      const raw = (value: unknown): unknown => ({ type: 'RAW', value });
      const { port1, port2 } = new MessageChannel();
      port1.start();
      const progress = { type: 'HANDLER', name: 'proxy', value: port2 };
      await call('start', [raw({ backend, base: document.baseURI }), progress], [port2]);
      const plain = (value: unknown): unknown => {
        if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
        if (Array.isArray(value)) return value.map(plain);
        if (typeof value !== 'object' || value === null) return value;
        return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
      };
      const answers: unknown[] = [];
      for (const [method, ...parameters] of calls) answers.push(plain(await call(method, parameters.map(raw))));
      worker.terminate();
      return answers;
    },
    { backend, calls: calls.map((call) => [...call] as [string, ...unknown[]]) },
  );
}
