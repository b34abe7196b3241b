import { KaleidoError } from '@kaleido/foundation';

/** Text that is already HTML; only `html` and `trustedMarkup` create it, so nothing unescaped gets into the page. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Values of a template: text is escaped, `false` and `undefined` are left out, lists are joined. */
export type HtmlPart = Html | string | number | false | undefined | readonly HtmlPart[];

/** A template whose values are escaped, both for text and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(
    strings.reduce((markup, text, index) => markup + (index === 0 ? '' : markupOf(parts[index - 1])) + text, ''),
  );
}

/** Markup that this package made itself, such as a drawn curve. Never give it a user's text. */
export function trustedMarkup(markup: string): Html {
  return new Html(markup);
}

/**
 * Checks a picture's URI: the page must not send requests, and must not run code from a URI.
 * @throws KaleidoError if it is not a `data:` URI of an image
 */
export function pictureSource(picture: string): string {
  if (!/^data:image\/[a-z0-9.+-]+[;,]/i.test(picture))
    throw new KaleidoError({
      source: 'eval',
      problem: 'a picture of the report must be a data: URI of an image',
      found: picture.slice(0, 60),
      advice: 'encode it, e.g. data:image/png;base64,...',
    });
  return picture;
}

function markupOf(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeText(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
