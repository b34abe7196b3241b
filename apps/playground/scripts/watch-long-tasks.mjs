/**
 * Follows the tasks of a page's thread that take more than 50 ms.
 * @returns gives those since the last question, each in milliseconds
 */
export async function watchLongTasks(page) {
  await page.evaluate(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
    }).observe({ type: 'longtask' });
  });
  return () => page.evaluate(() => globalThis.longTasks.splice(0));
}
