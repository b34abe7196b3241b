import { type Html, html, htmlPage, type PagePart, pageParts } from '@kaleido/eval';
import {
  type DuplicateExample,
  type Duplicates,
  type FirstProduct,
  type Inspection,
  keyText,
  type LabelInspection,
  type PhotographKey,
  type ShownPictures,
} from './inspection.ts';
import { duplicateWords, pictureLines } from './inspection-words.ts';

/** Added to the style of all pages. */
const ownStyle = `
.products { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 16px; margin-top: 16px; }
.products.few { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 8px; }
.few .product { width: 104px; }
.product { background: var(--sheet); border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; }
.product .view { aspect-ratio: 1; background: #fff; display: grid; place-items: center; color: #5d626e; font-size: 13px; border-bottom: 1px solid var(--rule); }
.product .view img { width: 100%; height: 100%; object-fit: contain; }
.product .about { padding: 8px 10px 10px; font-size: 13px; line-height: 1.4; }
.product .about p { overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
.product code { display: block; font-size: 11.5px; color: var(--soft); overflow-wrap: anywhere; margin-top: 4px; }
.products:has(details[open]) { align-items: start; }
.product details { margin: 4px 0 0; font-size: 12px; }
.product dl { font-size: 12px; margin-top: 4px; }
.product dl div { padding: 3px 0; gap: 8px; }
.product small { font-size: 12px; color: var(--soft); }
.groups { display: flex; flex-wrap: wrap; gap: 20px 28px; margin-top: 14px; }
.same { flex: 0 1 auto; max-width: 100%; border-top: 1px solid var(--rule); padding-top: 10px; }
.same > p { font-size: 13px; line-height: 1.4; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; contain: inline-size; }
.same > p b { font-weight: 600; }
.columns td { overflow-wrap: anywhere; }
.columns tbody th { white-space: nowrap; }
.columns td:last-child { color: var(--soft); }
.commonest { color: var(--soft); font-size: 14px; white-space: normal !important; overflow-wrap: anywhere; }
.wide + .lead, .groups + .lead { margin-top: 12px; }
.description { overflow-wrap: anywhere; }
`;

const number = (count: number): string => count.toLocaleString('en');

/**
 * The page of an inspection: one HTML file without other files, network or scripts.
 * @param name of the products, e.g. the path of their folder
 */
export function inspectionPage(name: string, inspection: Inspection, pictures: ShownPictures): string {
  const { form, photographs, products, splits, leftOut, notes, duplicates } = inspection;
  const left = leftOut.reduce((sum, { count }) => sum + count, 0);
  const across = duplicates.pictures.acrossSplits;
  return htmlPage({
    title: `${name}: products`,
    ownStyle,
    content: html`<header class="head">
<p class="kind">Products before a training</p>
<h1>${name}</h1>
<p class="description">${form}</p>
</header>
<div class="cards">
${card('Photographs', photographs, splits.length === 1 ? 'one split' : `in ${splits.length} splits`)}
${card('Products', products, 'views of one counted once')}
${card('Left out', left, left === 0 ? 'nothing' : `for ${leftOut.length} ${leftOut.length === 1 ? 'reason' : 'reasons'}`)}
${card('Photographs in two splits', across, across === 0 ? 'byte for byte: none' : 'byte for byte; a run does not train on these')}
</div>
${notes.length > 0 && html`<aside class="notes"><h2>What the reader says</h2><ul>${notes.map((note) => html`<li>${note.replace(/^@kaleido\/[\w-]+: /, '')}</li>`)}</ul></aside>`}
${pageParts(partsOf(inspection, pictures))}`,
  });
}

function card(label: string, value: number, remark: string): Html {
  return html`<div class="card"><span class="label">${label}</span><span class="value"><b>${number(value)}</b></span><span class="remark">${remark}</span></div>
`;
}

function partsOf(inspection: Inspection, pictures: ShownPictures): PagePart[] {
  const { columns, first, labels, leftOut, photographs } = inspection;
  const parts: (PagePart | undefined)[] = [
    { id: 'splits', title: 'Splits', content: splitTable(inspection) },
    {
      id: 'columns',
      title: 'Columns',
      content:
        columns === undefined
          ? html`<p class="lead">The columns of this form have fixed names.</p>`
          : html`<div class="wide"><table class="columns"><thead><tr><th scope="col">Field</th><th scope="col">Column</th><th scope="col">Why</th></tr></thead><tbody>
${columns.map(({ field, columns: from, reason }) => html`<tr><th scope="row">${field ?? 'not read'}</th><td>${from.join(' + ')}</td><td>${reason}</td></tr>`)}</tbody></table></div>`,
    },
    first.length === 0
      ? undefined
      : {
          id: 'first',
          title: 'First products',
          content: html`${[...new Set(first.map(({ split }) => split))].map((split) => firstOf(split, first, pictures))}`,
        },
    labels.length === 0 ? undefined : { id: 'labels', title: 'Labels', content: labelTable(labels, photographs) },
    leftOut.length === 0 ? undefined : { id: 'left-out', title: 'Left out', content: leftOutTable(inspection) },
    { id: 'duplicates', title: 'Duplicates', content: duplicateSection(inspection, pictures) },
  ];
  return parts.filter((part) => part !== undefined);
}

function splitTable({ splits, captions, pictures, photographs: all }: Inspection): Html {
  return html`<div class="wide"><table class="figures"><thead><tr><th scope="col">Split</th><th scope="col">Photographs</th><th scope="col">Products</th><th scope="col">Left out</th></tr></thead><tbody>
${splits.map(
  ({
    name,
    photographs,
    products,
    leftOut,
    error,
  }) => html`<tr><th scope="row">${name}</th><td>${number(photographs)}</td><td>${number(products)}</td><td>${number(leftOut)}</td></tr>
${error !== undefined && html`<tr><td class="text" colspan="4"><span class="warning">not read to its end: ${error}</span></td></tr>`}`,
)}</tbody></table></div>
<p class="lead">${all > 0 && `Captions have ${captions.shortest} to ${captions.longest} words, half of them ${captions.median} or fewer. `}${pictureLines(pictures).map((line) => `${line}. `)}</p>`;
}

function firstOf(split: string, first: readonly FirstProduct[], pictures: ShownPictures): Html {
  return html`<h3>${split}</h3><ul class="products">${first
    .filter((product) => product.split === split)
    .map(
      ({
        id,
        productId,
        caption,
        labels,
        ...key
      }) => html`<li class="product">${view({ ...key, id }, pictures)}<div class="about"><p>${caption}</p>
<code>${id}${productId !== id && html` of ${productId}`}</code>
${sortOf(labels) !== '' && html`<small>${sortOf(labels)}</small>`}
${Object.keys(labels).length > 0 && html`<details><summary>All labels</summary><dl>${Object.entries(labels).map(([field, value]) => html`<div><dt>${field}</dt><dd>${value}</dd></div>`)}</dl></details>`}</div></li>`,
    )}</ul>`;
}

function sortOf({ category, subcategory }: FirstProduct['labels']): string {
  return [category, subcategory].filter((label) => label !== undefined).join(' · ');
}

function view(key: PhotographKey, pictures: ShownPictures): Html {
  const uri = pictures.get(keyText(key))?.uri;
  return html`<div class="view">${uri === undefined ? 'no picture' : html`<img src="${uri}" alt="">`}</div>`;
}

function labelTable(labels: readonly LabelInspection[], photographs: number): Html {
  return html`<div class="wide"><table class="figures"><thead><tr><th scope="col">Field</th><th scope="col">With it</th><th scope="col">Labels</th><th scope="col">Seen once</th><th scope="col" class="text">Commonest</th></tr></thead><tbody>
${labels.map(
  ({ field, photographs: count, values, isCounted, once, commonest }) =>
    html`<tr><th scope="row">${field}</th><td>${share(count, photographs)}</td><td>${number(values)}${!isCounted && ' or more'}</td><td>${number(once)}</td><td class="text commonest">${commonest.map(({ value, photographs: of }) => `${value} ${number(of)}`).join(', ')}</td></tr>`,
)}</tbody></table></div>`;
}

function share(count: number, all: number): string {
  if (count === all) return '100 %';
  return `${Math.min(99.9, (100 * count) / all).toFixed(1)} %`;
}

function leftOutTable({ leftOut }: Inspection): Html {
  return html`<div class="wide"><table class="figures"><thead><tr><th scope="col">Count</th><th scope="col" class="text">Reason</th><th scope="col" class="text">First</th></tr></thead><tbody>
${leftOut
  .slice(0, 40)
  .map(
    ({ kind, count, examples }) =>
      html`<tr><th scope="row">${number(count)}</th><td class="text commonest">${kind.replace(/^@kaleido\/[\w-]+: /, '')}</td><td class="text commonest">${examples.map(({ id }) => html`<code>${id}</code> `)}</td></tr>`,
  )}</tbody></table></div>
${leftOut.length > 40 && html`<p class="lead">and ${leftOut.length - 40} further reasons</p>`}`;
}

function duplicateSection({ duplicates }: Inspection, pictures: ShownPictures): Html {
  const { captions, pictures: equal, near } = duplicates;
  const words = duplicateWords(duplicates);
  const kinds: readonly (readonly [string, Duplicates, string | undefined])[] = [
    ['The same photograph', equal, words.pictures],
    ['Alike', near, words.near],
    ['The same caption', captions, words.captions],
  ];
  return html`${kinds.map(
    ([
      title,
      { groups, photographs, acrossSplits, examples },
      remark,
    ]) => html`<h3>${title} <small>${groups === 0 ? 'none' : `${number(photographs)} photographs in ${number(groups)} ${groups === 1 ? 'group' : 'groups'}, ${number(acrossSplits)} of them in several splits`}</small></h3>
<p class="lead">${remark}</p>
<div class="groups">${examples.map((example) => group(example, pictures))}</div>
${groups > examples.length && html`<p class="lead">and ${number(groups - examples.length)} further groups</p>`}`,
  )}`;
}

function group({ photographs, members }: DuplicateExample, pictures: ShownPictures): Html {
  const [first] = members;
  const caption = first === undefined ? undefined : pictures.get(keyText(first))?.caption;
  return html`<div class="same"><p><b>${photographs}</b>${caption !== undefined && html` ${caption}`}</p>
<ul class="products few">${members.map((key) => html`<li class="product">${view(key, pictures)}<div class="about"><small>${key.split}</small><code>${key.id}</code></div></li>`)}</ul></div>
`;
}
