import type { Level } from '@kaleido/layout';
import { formatLink } from './format-link.ts';
import type { LinkSource } from './links.ts';

interface Props {
  readonly source: LinkSource;
  readonly level: Level;
  /** The value that is shown in full colour; undefined: nothing is lit. */
  readonly full: number | undefined;
}

/** What the colours of the large picture mean. */
export function ScaleLegend({ source, level, full }: Props) {
  return (
    <p class="words-legend small soft">
      {source === 'alignment' && level.scale < 3 && 'The aligner pairs the patches of levels 3 to 5 alone.'}
      {full !== undefined && !(source === 'alignment' && level.scale < 3) && (
        <>
          {source === 'naming' && (
            <>
              against <span class="number">{formatLink(source, -full)}</span>
              <span class="words-legend-bar words-on-photograph is-against" aria-hidden="true" />
            </>
          )}
          <span class="number">0</span>
          <span class="words-legend-bar words-on-photograph" aria-hidden="true" />
          <span class="number">{formatLink(source, full)}</span>
          {source === 'naming' && ' for'}
          {source === 'alignment' && ' confidence'}
          {(source === 'words-look' || source === 'patches-look') && ' of the attention'}
        </>
      )}
    </p>
  );
}
