import { type ReadonlySignal, signal } from '@preact/signals';

/** A place in the page: a panel and its settings. All of it is in the address, so that a link opens the same view. */
export interface Place {
  readonly panel: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** Reads `#/panel?name=value`. */
export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { panel: decoded(path), settings: new Map(new URLSearchParams(query)) };
}

/** Writes what `parsePlace` reads. */
export function formatPlace({ panel, settings }: Place): string {
  const query = new URLSearchParams([...settings]).toString();
  return `#/${encodeURIComponent(panel)}${query === '' ? '' : `?${query}`}`;
}

/** A path with a broken escape is an unknown panel, not an error. */
function decoded(path: string): string {
  try {
    // Its value is returned from here: bundlers leave out calls whose value nobody needs, also those that may throw.
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

const current = signal<Place>(parsePlace(globalThis.location?.hash ?? ''));

/** Where the page is. */
export const place: ReadonlySignal<Place> = current;

globalThis.addEventListener?.('hashchange', () => {
  current.value = parsePlace(location.hash);
});

/** Settings that all panels share: which product is looked at. */
const sharedSettings: readonly string[] = ['product', 'caption', 'box', 'backend'];

/** The address of a panel; the product stays the same. */
export function linkTo(panel: string, settings: Readonly<Record<string, string>> = {}): string {
  const kept = [...current.value.settings].filter(([name]) => sharedSettings.includes(name));
  return formatPlace({ panel, settings: new Map([...kept, ...Object.entries(settings)]) });
}

/** Changes settings of the current place; undefined removes one. It replaces the entry in the browser's history. */
export function setSettings(changes: Readonly<Record<string, string | undefined>>): void {
  const settings = new Map(current.value.settings);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) settings.delete(name);
    else settings.set(name, value);
  }
  current.value = { panel: current.value.panel, settings };
  try {
    history.replaceState(null, '', formatPlace(current.value));
  } catch {
    // Safari allows a hundred changes in half a minute, and a box that is dragged makes more. The next one is written.
  }
}

/** A setting of the current place. */
export function setting(name: string): string | undefined {
  return current.value.settings.get(name);
}

/** A whole number of the current place within bounds; the default for anything else. */
export function numberSetting(name: string, { least, most, otherwise }: NumberBounds): number {
  const text = setting(name);
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isInteger(number) && number >= least && number <= most ? number : otherwise;
}

export interface NumberBounds {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
}
