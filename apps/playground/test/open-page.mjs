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

/**
 * The built page in headless Chromium, from a static host at some path.
 * @param options `scheme` light or dark, `width` of the window, `hash` of the address, `gpu` with a software adapter,
 *   `folder` of another build
 */
export async function openPage({
  scheme = 'light',
  width = 1280,
  height = 900,
  hash = '',
  gpu = false,
  folder = builtFolder(),
} = {}) {
  const server = await serve(folder);
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', ...(gpu ? webgpu : [])],
  });
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
  await page.goto(`${server.url}${hash}`);
  return {
    page,
    context,
    url: server.url,
    /** Console errors and uncaught ones so far. */
    problems,
    /** Waits until the model answers. */
    ready: () => page.getByRole('status').filter({ hasText: 'Ready' }).waitFor({ timeout: 120_000 }),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
