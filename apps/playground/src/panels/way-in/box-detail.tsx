import { setSettings } from '../../state/place.ts';
import { BoxEditor } from './box-editor.tsx';
import type { DetailProps } from './detail-props.ts';
import { sideOf } from './drag-box.ts';
import { Facts } from './facts.tsx';
import { percent } from './numbers.ts';

/** The box on the photograph, to be dragged. */
export function BoxDetail({ product, answers: { size, box, match }, pictures }: DetailProps) {
  const share =
    size === undefined || box === undefined
      ? undefined
      : ((box.x1 - box.x0) * (box.y1 - box.y0)) / (size.width * size.height);
  return (
    <div class="way-in-sides">
      <BoxEditor address={product.address} size={pictures.photograph?.size ?? size} box={box} />
      <div class="way-in-prose">
        <p>Only what is inside the box goes on. Drag an edge, a corner, or the box itself, and watch the patches.</p>
        <Facts
          facts={[
            ['Left, top', box === undefined ? undefined : `${box.x0}, ${box.y0}`],
            ['Wide and high', box === undefined ? undefined : `${sideOf(box)} pixels`],
            ['Share of the picture', share === undefined ? undefined : percent(share)],
            ['Match with the caption', match === undefined ? undefined : percent(match)],
          ]}
        />
        <button
          type="button"
          class="button"
          disabled={product.box === undefined}
          onClick={() => setSettings({ box: undefined })}
        >
          Back to the product’s box
        </button>
        <p class="soft small">Keys: Tab to a handle, arrows to move it, with Shift ten times as far.</p>
      </div>
    </div>
  );
}
