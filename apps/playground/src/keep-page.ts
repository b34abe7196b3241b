import { type ReadonlySignal, signal } from '@preact/signals';

/** A newer build of the page that is there, and waits. */
export interface NewerVersion {
  /** What has been asked of it. */
  readonly phase: 'waiting' | 'taking over';
  /** Other tabs that still show this build, as far as is known; it takes over when there are none. */
  readonly others: number;
}

const newer = signal<NewerVersion | undefined>(undefined);

export const newerVersion: ReadonlySignal<NewerVersion | undefined> = newer;

/**
 * Keeps the page for visits without a network. A newer build takes over when the only tab is reloaded (see
 * build/service-worker.js); until then it is told in `newerVersion`.
 */
export async function keepPage(): Promise<void> {
  const registration = await navigator.serviceWorker.register('./sw.js');
  const tell = (): void => {
    // The first one of all replaces nothing.
    if (registration.waiting !== null && registration.active !== null) newer.value = { phase: 'waiting', others: 0 };
  };
  tell();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', tell));
  registration.installing?.addEventListener('statechange', tell);
}

/** Says no more of it until it is asked for by a reload. */
export function putOff(): void {
  newer.value = undefined;
}

/** Milliseconds to wait for an answer, which takes two seconds where other tabs are open, and then for its deed. */
const patience = 5000;

/** Reloads with the newer build, if no other tab shows this one: its files would be mixed with others then. */
export async function takeNewer(): Promise<void> {
  const workers = navigator.serviceWorker;
  const waiting = (await workers.getRegistration())?.waiting;
  newer.value = { phase: 'taking over', others: 0 };
  // It may have taken over meanwhile, asked by another tab that is closed now.
  if (waiting === null || waiting === undefined) return location.reload();
  const { port1, port2 } = new MessageChannel();
  const others = await new Promise<number>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
    waiting.postMessage({ name: 'take over', tabs: [] }, [port2]);
    // One that never answers: a reload by itself mixes nothing.
    setTimeout(() => resolve(0), patience);
  });
  port1.close();
  if (others > 0) {
    newer.value = { phase: 'waiting', others };
    return;
  }
  workers.addEventListener('controllerchange', () => location.reload(), { once: true });
  setTimeout(() => location.reload(), patience);
}
