import type { Box, Size } from '@kaleido/kaleido-patches';
import { useRef } from 'preact/hooks';
import { setSettings } from '../../state/place.ts';
import { formatBox } from '../../state/product.ts';
import { dragBox, type Handle } from './drag-box.ts';
import { widthWithin } from './width-within.ts';

/** Painted first is below: corners lie on edges, edges on the box. */
const handles: readonly (Handle & { readonly name: string })[] = [
  { x: 0, y: 0, name: 'The whole box' },
  { x: 0, y: -1, name: 'Upper edge' },
  { x: 1, y: 0, name: 'Right edge' },
  { x: 0, y: 1, name: 'Lower edge' },
  { x: -1, y: 0, name: 'Left edge' },
  { x: -1, y: -1, name: 'Upper left corner' },
  { x: 1, y: -1, name: 'Upper right corner' },
  { x: 1, y: 1, name: 'Lower right corner' },
  { x: -1, y: 1, name: 'Lower left corner' },
];

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface BoxEditorProps {
  readonly address: string;
  readonly size: Size | undefined;
  readonly box: Box | undefined;
}

/** A photograph whose box is dragged by pointer or keys. The box is kept in the address. */
export function BoxEditor({ address, size, box }: BoxEditorProps) {
  const stage = useRef<HTMLDivElement>(null);
  /** Where a drag began; each move counts from there, so that nothing is lost at the border. */
  const drag = useRef<{ readonly box: Box; readonly x: number; readonly y: number } | undefined>(undefined);
  const put = (from: Box, handle: Handle, x: number, y: number, whole: Size): void =>
    setSettings({ box: formatBox(dragBox(from, handle, { x, y }, whole)) });
  return (
    <div class="way-in-stage way-in-large" ref={stage} style={{ maxWidth: widthWithin(size) }}>
      <img src={address} alt="" draggable={false} width={size?.width} height={size?.height} />
      {size !== undefined && box !== undefined && (
        <div
          class="way-in-stage-box"
          style={{
            left: share(box.x0, size.width),
            top: share(box.y0, size.height),
            width: share(box.x1 - box.x0, size.width),
            height: share(box.y1 - box.y0, size.height),
          }}
        >
          {handles.map((handle) => (
            <button
              key={handle.name}
              type="button"
              class={`way-in-handle way-in-handle-${classOf(handle)}`}
              aria-label={`${handle.name}: ${placeOf(handle, box)}`}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                drag.current = { box, x: event.clientX, y: event.clientY };
              }}
              onPointerMove={(event) => {
                const from = drag.current;
                const width = stage.current?.clientWidth ?? 0;
                if (from === undefined || width === 0) return;
                const pixels = size.width / width;
                put(from.box, handle, (event.clientX - from.x) * pixels, (event.clientY - from.y) * pixels, size);
              }}
              onPointerUp={() => {
                drag.current = undefined;
              }}
              onPointerCancel={() => {
                drag.current = undefined;
              }}
              onKeyDown={(event) => {
                const arrow = arrows[event.key];
                if (arrow === undefined) return;
                event.preventDefault();
                // A step is as wide on the screen for large photographs as for small ones.
                const step = Math.max(1, Math.round(size.width / 256)) * (event.shiftKey ? 10 : 1);
                put(box, handle, arrow[0] * step, arrow[1] * step, size);
              }}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function share(part: number, whole: number): string {
  return `${(100 * part) / whole}%`;
}

function classOf({ x, y }: Handle): string {
  const vertical = y === -1 ? 'upper' : y === 1 ? 'lower' : '';
  const horizontal = x === -1 ? 'left' : x === 1 ? 'right' : '';
  return [vertical, horizontal].filter((word) => word !== '').join('-') || 'whole';
}

function placeOf({ x, y }: Handle, box: Box): string {
  const horizontal = x === -1 ? box.x0 : x === 1 ? box.x1 : undefined;
  const vertical = y === -1 ? box.y0 : y === 1 ? box.y1 : undefined;
  if (horizontal === undefined && vertical === undefined) return `from ${box.x0}, ${box.y0} to ${box.x1}, ${box.y1}`;
  return [horizontal, vertical].filter((value) => value !== undefined).join(', ');
}
