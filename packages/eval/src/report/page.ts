import { type Html, html, trustedMarkup } from './html.ts';
import { levelMark } from './marks.ts';
import { style } from './style.ts';

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

/** An HTML page of its own: without other files, network or scripts. The same parts give the same bytes. */
export function page({ title, kind, heading, description, note, content, furtherStyle = '' }: PageOptions): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trustedMarkup(style + furtherStyle)}</style>
</head>
<body>
<main>
<header class="head">
  <p class="kind"><span class="levels">${[1, 2, 3, 4, 5].map(levelMark)}</span>${kind}</p>
  <h1>${heading}</h1>
  ${description !== '' && html`<p class="description">${description}</p>`}
  ${note}
</header>
${content}
</main>
</body>
</html>
`.markup;
}

interface Part {
  /** Anchor. */
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

/** The parts of a page, with links to them where there are more than two. */
export function pageParts(parts: readonly Part[]): Html {
  return html`${parts.length > 2 && html`<nav aria-label="Parts of this page">${parts.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>`}
${parts.map(
  ({ id, title, content }) => html`<section class="part" id="${id}"><h2>${title}</h2><div>${content}</div></section>`,
)}`;
}
