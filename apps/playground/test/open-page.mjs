import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from './serve.mjs';

/** WebGPU on the CPU, through the driver that comes with Chromium. */
const webgpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];

/** The folder of the page as it was built. */
export function builtFolder() {
  return fileURLToPath(new URL('../dist', import.meta.url));
}

/** Chromium from CHROMIUM or the path; undefined if there is none. */
export function findChromium() {
  const named = process.env.CHROMIUM;
  if (named !== undefined) return named;
  for (const folder of (process.env.PATH ?? '').split(delimiter))
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {}
    }
  return undefined;
}

/** @param gpu gives WebGPU a software adapter; `args` are more switches of Chromium */
async function launch({ gpu = false, args = [] } = {}) {
  return chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', ...(gpu ? webgpu : []), ...args] });
}

/**
 * Headless Chromium and a static host of the built page. Each page that it opens has its own storage, as if nobody had
 * been there before.
 * @param options those of `launch`, and `faultOf` of `serve`
 */
export async function openBrowser({ faultOf, folder = builtFolder(), ...options } = {}) {
  const server = await serve(folder, { faultOf });
  const browser = await launch(options);
  return {
    url: server.url,
    open: (view) => openIn(browser, server.url, view),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The built page in a browser of its own. */
export async function openPage({ gpu, args, faultOf, folder, ...view } = {}) {
  const own = await openBrowser({ gpu, args, faultOf, folder });
  return { ...(await own.open(view)), close: own.close };
}

async function openIn(browser, url, { scheme = 'light', width = 1280, height = 900, hash = '', prepare } = {}) {
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const problems = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  await prepare?.(page, context);
  await page.goto(`${url}${hash}`);
  return {
    page,
    context,
    url,
    /** Console errors and uncaught ones so far. */
    problems,
    /** Waits until the model answers. */
    ready: () => page.getByRole('status').filter({ hasText: 'Ready' }).waitFor({ timeout: 120_000 }),
    /** Goes to a place by the address, as a link does. */
    go: (place) =>
      page.evaluate((hash) => {
        location.hash = hash;
      }, `#/${place}`),
    close: () => context.close(),
  };
}
