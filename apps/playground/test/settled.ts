import type { Page } from 'playwright-core';

/**
 * Until the panel of the address is there and nothing in it has changed for a moment. A panel that goes on by itself, as
 * one that trains does, is not waited for longer than a second and a half.
 */
export async function settled(page: Page): Promise<void> {
  await page.locator('main :not(.panel-head *, .panel-head, .panel-room)').first().waitFor({ state: 'attached' });
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const quiet = 300;
        const most = 1500;
        let timer = setTimeout(resolve, quiet);
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(resolve, quiet);
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        setTimeout(resolve, most);
      }),
  );
}
