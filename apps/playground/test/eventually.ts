import { setTimeout as pause } from 'node:timers/promises';

/**
 * Reads again until what is read fits. @returns it
 * @throws Error with what was read last, after so many milliseconds
 */
export async function eventually<Value>(
  read: () => Promise<Value>,
  fits: (value: Value) => boolean,
  timeout = 30_000,
): Promise<Value> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (performance.now() > end) throw new Error(`never came, last was ${JSON.stringify(value)}`);
    await pause(50);
  }
}
