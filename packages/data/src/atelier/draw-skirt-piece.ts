import { buttonColour } from './button-colour.ts';
import { flap, patch } from './draw-pockets.ts';
import { drawBelt, drawSkirtPanel, type SkirtCut } from './draw-skirt.ts';
import { fabrics } from './fabrics.ts';
import { around, type Look } from './look.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

/** A skirt on its own: the panel, its waistband, closure and pockets. */
export function drawSkirt(sketch: Sketch, look: Look, cut: SkirtCut & { readonly waist: number }): void {
  const { features, facing, random } = look;
  const waist = cut.waist * around(random, 1, 0.03);
  const high = features.waist === 'high';
  const band = high ? 6.4 : 4.2;
  const bottom = drawSkirtPanel(sketch, look, cut, band - 1, waist);
  const elastic = features.waist === 'elastic' || features.waist === 'drawstring';
  if (facing === 'front') {
    sketch.panel(
      Outline.from(-waist + 0.6, 0)
        .bend(0, -2, waist - 0.6, 0)
        .bend(0, 2.4, -waist + 0.6, 0)
        .close(),
      {
        paint: sketch.insideColour(),
        shade: 'none',
        edge: 0.3,
      },
    );
  }
  sketch.panel(
    Outline.from(-waist + 0.2, 0)
      .bend(0, 2, waist - 0.2, 0)
      .line(waist + 0.4, band)
      .bend(0, band + 2, -waist - 0.4, band)
      .close(),
    {
      part: 'waistband',
      ...(elastic ? { weave: fabrics.ribbed } : {}),
      ...(features.trim === 'ringer' ? { paint: sketch.palette.trim } : {}),
    },
  );
  if (!elastic) sketch.stitch(Outline.from(-waist, band - 0.8).bend(0, band + 1.2, waist, band - 0.8));
  if (facing === 'front') {
    drawFront(sketch, look, waist, cut.hip, band, bottom);
    if (features.trim === 'piping') {
      for (const side of [1, -1]) {
        sketch.line(
          Outline.from(side * waist * 0.98, band).curve(
            side * cut.hip,
            band + 10,
            side * cut.hip,
            bottom - 30,
            side * (cut.hip - 1),
            bottom - 4,
          ),
          {
            part: 'trim',
            side: side > 0 ? 'right' : 'left',
            width: 1.1,
            colour: sketch.palette.trim,
            opacity: 1,
          },
        );
      }
    }
  }
  if (features.waist === 'belt' || features.waist === 'sash' || features.waist === 'bow')
    drawBelt(sketch, look, waist + 0.7, band * 0.55);
}

function drawFront(sketch: Sketch, look: Look, waist: number, hip: number, band: number, bottom: number): void {
  const { closure, pockets } = look.features;
  const colour = buttonColour(sketch);
  switch (closure) {
    case 'buttons':
      sketch.line(Outline.from(2, band).line(2, bottom + 1), { width: 0.5, opacity: 0.6 });
      sketch.stitch(Outline.from(-2, band).line(-2, bottom + 1), { width: 0.3 });
      for (let y = band * 0.5; y < bottom - 2; y += 8) sketch.button(0, y, 1.35, colour);
      break;
    case 'zip':
      sketch.line(Outline.from(0, 1).line(0, bottom + 1), { part: 'closure', width: 2, opacity: 0.6 });
      sketch.line(Outline.from(0, 1).line(0, bottom + 1), {
        width: 0.9,
        colour: sketch.palette.metal,
        opacity: 1,
        dashes: '0.5 0.4',
      });
      break;
    case 'sideZip':
      sketch.line(
        Outline.from(waist * 0.78, band).curve(hip * 0.84, band + 8, hip * 0.86, band + 12, hip * 0.87, band + 18),
        { part: 'closure', width: 1.5, opacity: 0.6 },
      );
      sketch.line(
        Outline.from(waist * 0.78, band).curve(hip * 0.84, band + 8, hip * 0.86, band + 12, hip * 0.87, band + 18),
        { width: 0.7, colour: sketch.palette.metal, opacity: 1, dashes: '0.5 0.4' },
      );
      break;
    default:
      break;
  }
  switch (pockets) {
    case 'patch':
      for (const side of [1, -1]) patch(sketch, side * hip * 0.52, band + 7, 10.5, 12);
      break;
    case 'flap':
      for (const side of [1, -1]) flap(sketch, side * hip * 0.52, band + 7, 11, 4.6);
      break;
    case 'slant':
    case 'sides':
      sketch.lines(Outline.from(waist * 0.66, band).bend(hip * 0.8, band + 6, hip * 0.93, band + 14), {
        part: 'pocket',
        width: 0.8,
        opacity: 0.7,
      });
      break;
    case 'scoop':
      sketch.lines(
        Outline.from(waist * 0.44, band).curve(waist * 0.5, band + 7, waist * 0.8, band + 8, hip * 0.95, band + 8),
        { part: 'pocket', width: 0.7, opacity: 0.7 },
      );
      sketch.stitches(
        Outline.from(waist * 0.4, band).curve(waist * 0.46, band + 8, waist * 0.8, band + 9, hip * 0.95, band + 9),
      );
      break;
    default:
      break;
  }
}
