import type { SearchResult } from '@kaleido/search';

/** Characters of a caption in a line. */
const captionWidth = 72;

/** Hits as lines, from the best on: place, score, id, caption; below, what is to be said about the query. */
export function resultList({ hits, notes }: SearchResult): string {
  const ids = Math.max(0, ...hits.map(({ product }) => product.id.length));
  const lines = hits.map(({ score, match, product }, place) => {
    const { caption = '', id } = product;
    const short = caption.length > captionWidth ? `${caption.slice(0, captionWidth - 3)}...` : caption;
    const cells = [
      String(place + 1).padStart(String(hits.length).length),
      score.toFixed(3).padStart(6),
      ...(hits.every((hit) => hit.match === undefined)
        ? []
        : [match === undefined ? '     ' : `${(100 * match).toFixed(0).padStart(3)} %`]),
      id.padEnd(ids),
      short,
    ];
    return cells.join('  ').trimEnd();
  });
  return [...(hits.length === 0 ? ['nothing found'] : lines), ...notes.map((note) => `note: ${note}`)].join('\n');
}
