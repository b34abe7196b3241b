import { type Html, html, htmlPage, pictureUri } from '@kaleido/eval';
import { labelsOf } from './product.ts';
import type { SearchHit, SearchIndex, SearchResult } from './search-index.ts';

/** A page of results. */
export interface ResultPage {
  /** The text that was looked for, or the name of the photograph. */
  readonly query: string;
  /** The photograph that was looked for, as a small WebP. */
  readonly queryPicture?: Uint8Array | undefined;
  /** What `search` of the index gave. */
  readonly result: SearchResult;
  /** The filter as it was given, e.g. `colour=red`. */
  readonly where?: readonly string[];
}

/** Added to the style of reports. */
const ownStyle = `
.asked { display: flex; gap: 28px; align-items: center; flex-wrap: wrap; }
.asked img { width: 132px; height: 132px; object-fit: contain; background: #fff; border: 1px solid var(--rule); border-radius: 6px; }
.asked h1 { flex: 1 1 320px; font-size: clamp(28px, 4vw, 44px); }
.filters { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 16px; font-size: 14px; }
.filters li { border: 1px solid var(--rule); border-radius: 999px; padding: 2px 12px; }
.hits { display: grid; grid-template-columns: repeat(auto-fill, minmax(168px, 1fr)); gap: 20px; margin-top: 36px; }
.hits:has(details[open]) { align-items: start; }
.hit { background: var(--sheet); border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; display: flex; flex-direction: column; }
.hit .view { aspect-ratio: 1; background: #fff; display: grid; place-items: center; color: #5d626e; font-size: 13px; border-bottom: 1px solid var(--rule); }
.hit .view img { width: 100%; height: 100%; object-fit: contain; }
.hit .about { padding: 10px 12px 12px; display: flex; flex-direction: column; gap: 6px; flex: 1; }
.hit .scores { display: flex; justify-content: space-between; gap: 8px; font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; }
.hit .scores span { text-align: right; }
.hit .scores b { color: var(--ink); font-weight: 600; }
.hit .caption { font-size: 14px; line-height: 1.4; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
.hit .sort { font-size: 13px; color: var(--soft); overflow-wrap: anywhere; }
.hit details { margin: 0; font-size: 13px; }
.hit dl { font-size: 13px; margin-top: 4px; }
.hit dl div { padding: 3px 0; gap: 8px; }
.hit:has(details[open]) .caption { -webkit-line-clamp: unset; display: block; }
.hit code { font-size: 12px; color: var(--soft); overflow-wrap: anywhere; margin-top: auto; }
.none { margin-top: 36px; font-size: 18px; }
`;

/**
 * A page of search results with the pictures that the index keeps: one HTML file without other files, network or scripts.
 * @throws KaleidoError for a picture that cannot be read
 */
export async function renderResults(
  index: SearchIndex,
  { query, queryPicture, result, where = [] }: ResultPage,
): Promise<string> {
  const { hits, compared, notes } = result;
  const pictures = await index.pictures(hits.map(({ product }) => product.id));
  const name = index.place.split(/[\\/]/).findLast((part) => part !== '') ?? index.place;
  return htmlPage({
    title: `${query}: search results`,
    ownStyle,
    content: html`<header>
  <p class="kind">Search in ${name}: ${counted(index.size)}</p>
  <div class="asked">${queryPicture !== undefined && html`<img src="${pictureUri(queryPicture, 'image/webp')}" alt="The photograph that was looked for">`}<h1>${query}</h1></div>
  ${where.length > 0 && html`<ul class="filters" aria-label="Filters">${where.map((one) => html`<li>${one}</li>`)}</ul>`}
  <p class="finished">${hits.length > 0 && html`The best ${hits.length} of `}${counted(compared)} compared${hits.length > 0 && html`. Score: similarity of query and photograph, 1 at most.${hits.some(({ match }) => match !== undefined) && ' Match: probability that text and photograph belong together.'}`}</p>
</header>
${notes.length > 0 && html`<aside class="notes"><h2>About this query</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></aside>`}
${hits.length === 0 ? html`<p class="none">Nothing found.</p>` : html`<ol class="hits">${hits.map((hit, place) => card(hit, place + 1, pictures.get(hit.product.id)))}</ol>`}`,
  });
}

function card({ score, match, product }: SearchHit, place: number, picture: Uint8Array | undefined): Html {
  const { id, caption, category, subcategory } = product;
  const sort = [category, subcategory].filter((label) => label !== undefined).join(' · ');
  const labels = [...labelsOf(product)];
  return html`<li class="hit">
<div class="view">${picture === undefined ? 'no picture' : html`<img src="${pictureUri(picture, 'image/webp')}" alt="">`}</div>
<div class="about">
<p class="scores"><b>${place}</b><span>${match !== undefined && html`match ${(100 * match).toFixed(0)} %<br>`}score ${score.toFixed(3)}</span></p>
${caption !== undefined && html`<p class="caption">${caption}</p>`}
${sort !== '' && html`<p class="sort">${sort}</p>`}
${labels.length > 0 && html`<details><summary>All labels</summary><dl>${labels.map(([field, value]) => html`<div><dt>${field}</dt><dd>${value}</dd></div>`)}</dl></details>`}
<code>${id}</code>
</div>
</li>
`;
}

function counted(products: number): string {
  return `${products.toLocaleString('en')} product${products === 1 ? '' : 's'}`;
}
