import type { BrowserContext, Page } from 'playwright-core';

export interface OpenPageOptions {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly hash?: string;
  /** WebGPU on a software adapter. */
  readonly gpu?: boolean;
  /** Of another build than the one in `builtFolder()`. */
  readonly folder?: string;
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** Console errors and uncaught ones so far. */
  readonly problems: string[];
  /** Waits until the model answers. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** The folder of the page as it was built. */
export function builtFolder(): string;

export function findChromium(): string | undefined;
export function openPage(options?: OpenPageOptions): Promise<OpenedPage>;
