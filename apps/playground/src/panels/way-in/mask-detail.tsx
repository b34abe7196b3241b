import { setSettings, setting } from '../../state/place.ts';
import type { DetailProps } from './detail-props.ts';
import { Facts } from './facts.tsx';
import { percent } from './numbers.ts';
import { PictureCanvas } from './photograph-with-box.tsx';
import { Silhouette, shareOf } from './silhouette.tsx';
import { widthWithin } from './width-within.ts';

const views = { mask: 'Mask', white: 'Painted white', photograph: 'Photograph' } as const;

/** The mask, what is left of the photograph, and the photograph. */
export function MaskDetail({ answers: { seen }, pictures }: DetailProps) {
  const asked = setting('view');
  const view = asked === 'white' || asked === 'photograph' ? asked : 'mask';
  const mask = seen?.mask;
  return (
    <div class="way-in-sides">
      <div class="way-in-large" style={{ maxWidth: widthWithin(seen) }}>
        {view === 'mask' && <Silhouette seen={seen} />}
        {view === 'white' && <PictureCanvas picture={pictures.cutOut} />}
        {view === 'photograph' && <PictureCanvas picture={pictures.photograph} />}
      </div>
      <div class="way-in-prose">
        <fieldset class="switch">
          <legend class="visually-hidden">Shown</legend>
          {(Object.keys(views) as (keyof typeof views)[]).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={view === name}
              onClick={() => setSettings({ view: name === 'mask' ? undefined : name })}
            >
              {views[name]}
            </button>
          ))}
        </fieldset>
        <p>The mask says of each pixel: product, or ground. The ground is painted white, so that it cannot mislead.</p>
        {seen?.fallback !== undefined && (
          <p>No product was found here ({seen.fallback}). The model takes the whole picture.</p>
        )}
        {seen !== undefined && mask === undefined && <p>In this photograph nothing is painted white.</p>}
        <Facts
          facts={[
            ['Share of the product', mask === undefined ? undefined : percent(shareOf(mask))],
            [
              'Pixels of the product',
              mask === undefined ? undefined : Math.round(shareOf(mask) * mask.length).toLocaleString('en'),
            ],
          ]}
        />
      </div>
    </div>
  );
}
