import { type Html, html } from './html.ts';
import { htmlPage } from './html-page.ts';
import { levelMark } from './marks.ts';

interface PageOptions {
  /** Of the window. */
  readonly title: string;
  /** What kind of page it is, above the heading. */
  readonly kind: string;
  readonly heading: string;
  readonly description: string;
  /** Below the description. */
  readonly note?: Html | undefined;
  readonly content: Html;
  /** Rules after those of the report. */
  readonly furtherStyle?: string;
}

/** A page with a heading, in the form of `htmlPage`. */
export function page({ title, kind, heading, description, note, content, furtherStyle }: PageOptions): string {
  return htmlPage({
    title,
    ...(furtherStyle === undefined ? {} : { ownStyle: furtherStyle }),
    content: html`<header class="head">
  <p class="kind"><span class="levels">${[1, 2, 3, 4, 5].map(levelMark)}</span>${kind}</p>
  <h1>${heading}</h1>
  ${description !== '' && html`<p class="description">${description}</p>`}
  ${note}
</header>
${content}`,
  });
}
