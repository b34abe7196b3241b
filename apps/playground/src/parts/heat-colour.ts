import { type ReadonlySignal, signal } from '@preact/signals';

/** Red, green and blue of the token `--heat`, 0..255. */
type Colour = readonly [number, number, number];

const current = signal<Colour>(read());

/** The colour of heat maps on canvases, which do not follow the theme by themselves. */
export const heatColour: ReadonlySignal<Colour> = current;

function read(): Colour {
  const text = getComputedStyle(document.documentElement).getPropertyValue('--heat');
  const [red = 0, green = 0, blue = 0] = text.split(',').map(Number);
  return [red, green, blue];
}

const update = (): void => {
  const next = read();
  if (next.join() !== current.value.join()) current.value = next;
};
// It also follows the system, see theme-switch.tsx.
new MutationObserver(update).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
