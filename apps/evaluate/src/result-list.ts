import { printable } from '@kaleido/foundation';
import type { SearchResult } from '@kaleido/search';

/** Characters of a caption in a line. */
const captionWidth = 72;

/** Hits as lines, from the best on: place, score, id, caption; below, what is to be said about the query. */
export function resultList({ hits, notes }: SearchResult): string {
  const ids = hits.reduce((most, { product }) => Math.max(most, product.id.length), 0);
  const hasMatch = hits.some(({ match }) => match !== undefined);
  const lines = hits.map(({ score, match, product }, place) => {
    const { caption = '', id } = product;
    const letters = [...caption.slice(0, 4 * captionWidth)];
    const short = letters.length > captionWidth ? `${letters.slice(0, captionWidth - 3).join('')}...` : caption;
    const cells = [
      String(place + 1).padStart(String(hits.length).length),
      score.toFixed(3).padStart(6),
      ...(hasMatch ? [match === undefined ? '     ' : `${(100 * match).toFixed(0).padStart(3)} %`] : []),
      id.padEnd(ids),
      short,
    ];
    return printable(cells.join('  ').trimEnd());
  });
  return [...(hits.length === 0 ? ['nothing found'] : lines), ...notes.map((note) => printable(`note: ${note}`))].join(
    '\n',
  );
}
