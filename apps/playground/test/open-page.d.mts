import type { BrowserContext, Page } from 'playwright-core';

/** What goes wrong with a file on its way from the server. */
export interface Fault {
  /** Of the answer, e.g. 404. */
  readonly status?: number;
  /** The answer is complete, and has only so many bytes. */
  readonly cut?: number;
  /** The connection ends after so many bytes. */
  readonly broken?: number;
  /** Text that is put before it: a script that spoils what follows. */
  readonly before?: string;
}

export interface BrowserOptions {
  /** WebGPU on a software adapter. */
  readonly gpu?: boolean;
  /** More switches of Chromium. */
  readonly args?: readonly string[];
  /** @param file below the page, e.g. `model/model.safetensors` */
  readonly faultOf?: (file: string) => Fault | undefined;
  /** Of another build than the one in `builtFolder()`. */
  readonly folder?: string;
}

export interface ViewOptions {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly hash?: string;
  /** What is done before the page is loaded. */
  readonly prepare?: (page: Page, context: BrowserContext) => Promise<unknown>;
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** Console errors and uncaught ones so far. */
  readonly problems: string[];
  /** Waits until the model answers. */
  ready(): Promise<void>;
  /** Goes to a place, `panel?setting=value`, by the address. */
  go(place: string): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedBrowser {
  readonly url: string;
  open(view?: ViewOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** The folder of the page as it was built. */
export function builtFolder(): string;

export function findChromium(): string | undefined;
/** Headless Chromium for several pages, each with its own storage. */
export function openBrowser(options?: BrowserOptions): Promise<OpenedBrowser>;
/** A page in a browser of its own. */
export function openPage(options?: BrowserOptions & ViewOptions): Promise<OpenedPage>;
