import { buttonColour } from './button-colour.ts';
import { darker, lighter } from './colours.ts';
import type { Look } from './look.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

export interface ClosureCut {
  /** Where the neck opening ends and the closure begins. */
  readonly top: number;
  readonly bottom: number;
  /** The half width of the chest, which sets the distance between two rows of buttons. */
  readonly chest: number;
  /** Whether the fronts overlap (blazers, coats), instead of a placket. */
  readonly overlap: boolean;
}

/** What closes the front: buttons, zip, toggles, snaps. */
export function drawClosure(sketch: Sketch, look: Look, cut: ClosureCut): void {
  const { closure } = look.features;
  const { top, bottom } = cut;
  const colour = buttonColour(sketch);
  switch (closure) {
    case 'buttons':
    case 'press':
    case 'hidden': {
      const edge = cut.overlap ? 1.4 : 1.9;
      sketch.line(Outline.from(edge, top).line(edge, bottom), { width: 0.5, opacity: 0.6 });
      if (!cut.overlap) {
        sketch.stitch(Outline.from(-edge, top + 0.6).line(-edge, bottom - 0.6), { width: 0.3, opacity: 0.6 });
      }
      sketch.glow(edge + 0.8, (top + bottom) / 2, 1.2, (bottom - top) / 2, '#0a0a18', 0.2);
      if (closure === 'hidden') {
        sketch.stitch(Outline.from(-2.6, top + 1).line(-2.6, bottom - 1));
        sketch.name('closure', Outline.box(-3, top, 5, bottom - top));
        return;
      }
      const step = cut.overlap ? 11.5 : 9;
      const radius = closure === 'press' ? 1.05 : cut.overlap ? 1.5 : 1.15;
      for (let y = top + 3; y < bottom - 2.5; y += step)
        sketch.button(0, y, radius, closure === 'press' ? sketch.palette.metal : colour);
      return;
    }
    case 'placket': {
      sketch.panel(Outline.box(-1.8, top - 0.4, 3.6, 16, 0.4), { part: 'closure', shade: 'flat' });
      for (let i = 0; i < 3; i++) sketch.button(0, top + 3 + i * 4.8, 0.95, colour);
      return;
    }
    case 'oneButton':
    case 'twoButtons': {
      sketch.line(Outline.from(0.4, top).curve(0.6, bottom - 20, 1, bottom - 8, 4.6, bottom + 1), {
        width: 0.5,
        opacity: 0.7,
      });
      sketch.glow(1.6, (top + bottom) / 2 + 4, 1.3, (bottom - top) / 2, '#0a0a18', 0.22);
      sketch.button(0, top + 1.6, 1.5, colour);
      if (closure === 'twoButtons') sketch.button(0.2, top + 12, 1.5, colour);
      return;
    }
    case 'doubleBreasted': {
      const reach = cut.chest * 0.3;
      sketch.line(
        Outline.from(0.5, top)
          .curve(4, top + 3, reach + 2.4, top + 6, reach + 3, top + 12)
          .line(reach + 2.4, bottom),
        { width: 0.5, opacity: 0.65 },
      );
      sketch.glow(reach + 4, (top + bottom) / 2 + 6, 1.4, (bottom - top) / 2.2, '#0a0a18', 0.2);
      const first = top + 4;
      const step = Math.max(9, Math.min(13, (bottom - first) / 4.5));
      // A cropped jacket has room for fewer rows.
      for (let row = 0; row < 3 && first + row * step < bottom - 2; row++) {
        for (const side of [1, -1]) sketch.button(side * reach, first + row * step, 1.55, colour);
      }
      return;
    }
    case 'zip':
    case 'halfZip': {
      const end = closure === 'halfZip' ? Math.min(bottom, top + 19) : bottom;
      const tape = darker(sketch.palette.first, 0.35);
      sketch.line(Outline.from(0, top - 0.6).line(0, end), { part: 'closure', width: 2.1, colour: tape, opacity: 1 });
      sketch.line(Outline.from(0, top - 0.4).line(0, end), {
        width: 1,
        colour: lighter(sketch.palette.metal, 0.2),
        opacity: 1,
        dashes: '0.5 0.4',
      });
      sketch.stitches(Outline.from(2, top + 0.5).line(2, end), { width: 0.3, opacity: 0.6 });
      sketch.panel(Outline.box(-0.8, top + 1, 1.6, 3.6, 0.6), {
        part: 'closure',
        paint: sketch.palette.metal,
        shade: 'none',
        edge: 0.3,
      });
      return;
    }
    case 'toggles': {
      sketch.line(Outline.from(1.6, top).line(1.6, bottom), { width: 0.5, opacity: 0.6 });
      for (let y = top + 5; y < bottom - 16; y += 13) {
        sketch.line(
          Outline.from(-7, y - 0.7)
            .line(5, y - 0.7)
            .line(5, y + 0.7)
            .line(-7, y + 0.7),
          { width: 0.5, colour: '#54381f', opacity: 1 },
        );
        sketch.panel(Outline.box(-3.4, y - 1, 6, 2, 1), {
          part: 'closure',
          paint: '#c49a62',
          shade: 'flat',
          edge: 0.3,
        });
        sketch.panel(Outline.box(-9, y - 1.8, 3, 3.6, 0.5), {
          part: 'closure',
          paint: '#54381f',
          shade: 'none',
          edge: 0.3,
        });
        sketch.panel(Outline.box(5, y - 1.8, 3, 3.6, 0.5), {
          part: 'closure',
          paint: '#54381f',
          shade: 'none',
          edge: 0.3,
        });
      }
      return;
    }
    default:
      return;
  }
}
