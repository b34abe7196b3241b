import { useRef, useState } from 'preact/hooks';
import { CopyAsCode } from '../../parts/copy-as-code.tsx';
import { Notice } from '../../parts/notice.tsx';
import { setSettings, setting } from '../../state/place.ts';
import { type Product, product } from '../../state/product.ts';
import { isInside } from './drag-box.ts';
import { OpenedPart } from './opened-part.tsx';
import { type PartId, partNamed } from './parts-of-the-way.ts';
import { usePictures } from './use-pictures.ts';
import { useWayIn } from './use-way-in.ts';
import { WayPicture } from './way-picture.tsx';
import { WayText } from './way-text.tsx';
import './way-in.css';
import './way-in-opened.css';
import './way-in-heat-maps.css';
import './way-in-text.css';

/** The way of a photograph and a caption into the model, as one picture whose parts open. */
export function WayIn() {
  return product.value === undefined ? <div class="way-in-room" /> : <Way product={product.value} />;
}

function Way({ product: own }: { readonly product: Product }) {
  const answers = useWayIn(own);
  const pictures = usePictures(own.address, answers.seen);
  const size = pictures.photograph?.size;
  const isBoxWrong = own.box !== undefined && size !== undefined && !isInside(own.box, size);
  const opened = useRef<HTMLElement>(null);
  const [pointed, point] = useState<PartId>();
  const part = partNamed(setting('part'));
  const open = (id: PartId, settings: Readonly<Record<string, string>> = {}): void => {
    setSettings({ part: id, ...settings });
    // A sentence may be far from its part, on a phone above all.
    requestAnimationFrame(() => opened.current?.scrollIntoView({ block: 'nearest' }));
  };
  const close = (): void => {
    setSettings({ part: undefined });
    document.querySelector<HTMLElement>('.way-in-part[aria-expanded="true"]')?.focus();
  };
  return (
    <div class="way-in">
      <div class="way-in-main">
        {answers.problem !== undefined && (
          <div class="way-in-problem">
            <Notice kind="problem">
              {isBoxWrong ? 'The box in the address does not lie in this photograph.' : answers.problem}
            </Notice>
            {own.box !== undefined && (
              <button type="button" class="button" onClick={() => setSettings({ box: undefined })}>
                Use the product’s box
              </button>
            )}
          </div>
        )}
        <WayPicture
          product={own}
          answers={answers}
          pictures={pictures}
          part={part}
          pointed={pointed}
          open={open}
          close={close}
        >
          {part !== undefined && (
            <OpenedPart
              part={part}
              product={own}
              answers={answers}
              pictures={pictures}
              close={close}
              reference={opened}
            />
          )}
        </WayPicture>
      </div>
      <WayText part={part?.id} point={point} open={open} close={close} />
      <div class="way-in-code">
        <CopyAsCode program="look" />
        {own.box !== undefined && <p class="soft small">The program takes the product’s box, not the one you set.</p>}
      </div>
    </div>
  );
}
