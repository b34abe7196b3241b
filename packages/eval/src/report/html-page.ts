import { type Html, html, trustedMarkup } from './html.ts';
import { style } from './style.ts';

export interface HtmlPageOptions {
  /** Of the window. */
  readonly title: string;
  /** Added to the style that all pages share. */
  readonly ownStyle?: string;
  /** All that is on the page. */
  readonly content: Html;
}

/**
 * An HTML page of its own: without other files, network or scripts, light or dark as the reader has it. The same parts
 * give the same bytes.
 */
export function htmlPage({ title, ownStyle = '', content }: HtmlPageOptions): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trustedMarkup(style + ownStyle)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.markup;
}

export interface PagePart {
  /** Anchor. */
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

/** The parts of a page, with links to them where there are more than two. */
export function pageParts(parts: readonly PagePart[]): Html {
  return html`${parts.length > 2 && html`<nav aria-label="Parts of this page">${parts.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>`}
${parts.map(
  ({ id, title, content }) => html`<section class="part" id="${id}"><h2>${title}</h2><div>${content}</div></section>`,
)}`;
}

/** The bytes of a picture as a `data:` URI. @param mediaType e.g. `image/webp` */
export function pictureUri(bytes: Uint8Array, mediaType: string): `data:${string}` {
  // In pieces: a call takes only so many arguments.
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `data:${mediaType};base64,${btoa(text)}`;
}
