/**
 * Until what waits in the event loop has had its turn, so that a worker hears "pause". Timers would wait for 4 ms in a
 * browser, a tenth of a step.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
