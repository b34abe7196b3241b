import { around, type Look, pulledFolds } from './look.ts';
import { Outline } from './outline.ts';
import type { Sketch } from './sketch.ts';

/** A one-piece swimsuit. */
export function drawSwimsuit(sketch: Sketch, look: Look): void {
  const { features, facing, random } = look;
  const front = facing === 'front';
  const high = features.shape === 'highLeg';
  const waist = around(random, 15.6, 0.04);
  const outer = features.strap === 'halter' ? 8.4 : 12.4;
  const top = 10;
  drawSwimStraps(sketch, look, outer, top);
  const deep =
    { plunge: 30, v: 20, scoop: 18, straight: 11, sweetheart: 16, square: 16 }[features.neckline as string] ?? 15;
  const legTop = high ? 52 : 61;
  let half = Outline.from(0, front ? deep : 34);
  if (!front) half = half.curve(8, 33, outer, 26, outer, top);
  else if (features.neckline === 'sweetheart') half = half.curve(3, deep - 6, 9, deep - 6, outer, top + 1);
  else if (features.neckline === 'square') half = half.line(outer - 2, deep).line(outer, top);
  else if (features.neckline === 'scoop') half = half.curve(7, deep, outer - 2, deep - 2, outer, top);
  else half = half.curve(2.6, deep * 0.85, outer - 3, top + 3, outer, top);
  half = half
    .curve(outer + 1, 18, 17, 21, 17.6, 25)
    .curve(17.2, 32, waist, 36, waist, 42)
    .curve(waist + 0.4, 48, 18.6, 50, 19.4, legTop)
    .curve(15, legTop + 4, 7, 66, 4.2, 75)
    .line(0, 76);
  sketch.panel(Outline.symmetrical(half), {
    part: 'bodice',
    folds: [...pulledFolds(random, 12, 40, 70, 12, 2, 0.6), ...pulledFolds(random, -12, 40, -70, 12, 2, 0.6)],
  });
  sketch.lines(Outline.from(19.2, legTop).curve(15, legTop + 4, 7, 66, 4.2, 75), {
    width: 1.2,
    opacity: features.trim === 'piping' ? 1 : 0.35,
    ...(features.trim === 'piping' ? { part: 'trim' as const, colour: sketch.palette.trim } : {}),
  });
  if (front) {
    sketch.name('neckline', Outline.box(-outer, top, outer * 2, Math.max(4, deep - top)));
    drawSwimFront(sketch, look, deep, waist);
  }
}

/** A bikini: top and briefs. */
export function drawBikini(sketch: Sketch, look: Look): void {
  const { features, facing, random } = look;
  const front = facing === 'front';
  const bandeau = features.neckline === 'straight';
  const width = around(random, 17, 0.04);
  if (bandeau) {
    if (features.strap !== 'none') drawSwimStraps(sketch, look, 11, 12);
    sketch.panel(
      Outline.symmetrical(
        Outline.from(0, front ? 13 : 15)
          .curve(5, 11, 12, 10.4, width - 1, 12)
          .line(width, 22)
          .curve(10, 25.6, 5, 25.4, 0, 23),
      ),
      { part: 'bodice', folds: front ? [{ x: 0, y: 18, length: 12, width: 2.4, turn: 0, strength: -1 }] : [] },
    );
  } else if (front) {
    drawSwimStraps(sketch, look, 9.4, 9);
    const deep = features.neckline === 'scoop' ? 15 : 20;
    const cup = Outline.from(1.2, deep + 2)
      .curve(3, deep - 3, 7, 10, 9.4, 7)
      .curve(12, 12, 15.6, 17, 16.6, 22)
      .curve(11, 25.4, 5, 25.6, 1.2, deep + 5)
      .close();
    sketch.panels(cup, {
      part: 'bodice',
      grain: 12,
      folds: [{ x: 7, y: 19, length: 10, width: 2.6, turn: 30, strength: -0.7 }],
    });
    sketch.panel(Outline.box(-2, deep + 2.4, 4, 2.4, 0.8), { shade: 'flat' });
    sketch.lines(Outline.from(16, 22).bend(width + 1.4, 21.5, width + 2, 20.6), {
      width: 1.4,
      opacity: 1,
      colour: sketch.palette.first,
    });
  } else {
    drawSwimStraps(sketch, look, 9.4, 14);
    sketch.panel(Outline.box(-width, 18, width * 2, 4.4, 1.4), { part: 'bodice', shade: 'flat' });
    sketch.panels(Outline.from(0, 20).curve(5, 15, 9, 18, 7.6, 21).curve(6, 24, 3, 23, 0, 20.6).close(), {
      part: 'ornament',
      shade: 'flat',
    });
  }
  if (front) sketch.name('neckline', Outline.box(-10, 9, 20, 10));
  drawBriefs(sketch, look, features.shape === 'highLeg', features.waist === 'high');
  if (front && features.trim === 'bowKnot') drawKnot(sketch, 0, 20);
}

function drawBriefs(sketch: Sketch, look: Look, high: boolean, tall: boolean): void {
  const top = tall ? 38 : 46;
  const edge = high ? top + 5 : top + 12;
  const half = Outline.from(0, top + 1.6)
    .bend(9, top + 1.4, 17.6, top)
    .curve(18.6, top + 2, 19, edge - 3, 19.2, edge)
    .curve(13, edge + 3, 6.6, 60, 4.4, 70)
    .line(0, 71);
  sketch.panel(Outline.symmetrical(half), { part: 'leg', folds: pulledFolds(look.random, 2, 62, 150, 8, 2, 0.5) });
  sketch.line(Outline.from(-17.5, top + 0.8).bend(0, top + 2.4, 17.5, top + 0.8), {
    part: 'waistband',
    width: 1.3,
    opacity: look.features.trim === 'piping' ? 1 : 0.4,
    ...(look.features.trim === 'piping' ? { colour: sketch.palette.trim } : {}),
  });
  if (look.features.trim === 'ties') {
    for (const side of [1, -1]) {
      for (const lean of [3, 7]) {
        sketch.line(
          Outline.from(side * 18.4, edge - 5).curve(
            side * (20 + lean),
            edge,
            side * (18 + lean),
            edge + 5,
            side * (20 + lean * 0.6),
            edge + 13 - lean * 0.3,
          ),
          {
            part: 'trim',
            width: 1.4,
            colour: sketch.palette.first,
            opacity: 1,
            round: true,
          },
        );
      }
      sketch.panel(Outline.ellipse(side * 18.8, edge - 5, 1.8, 1.8), { part: 'trim', shade: 'flat' });
    }
  }
}

function drawSwimStraps(sketch: Sketch, look: Look, outer: number, top: number): void {
  const { strap } = look.features;
  if (strap === undefined || strap === 'none') return;
  if (strap === 'halter') {
    sketch.panels(Outline.polygon([outer - 2.4, top + 1.6], [outer, top], [3.4, -7], [1.6, -7]), {
      part: 'strap',
      shade: 'flat',
    });
    sketch.panel(Outline.box(-4, -8.4, 8, 2.4, 1), { part: 'strap', shade: 'flat' });
    return;
  }
  if (strap === 'cross' && look.facing === 'back') {
    sketch.panels(Outline.polygon([outer - 1.4, top + 1], [outer, top], [-outer + 4, -6], [-outer + 2.4, -6]), {
      part: 'strap',
      shade: 'flat',
    });
    return;
  }
  const width = strap === 'wide' ? 4.6 : 1.4;
  sketch.panels(
    Outline.polygon([outer - width, top + 2], [outer, top - 0.4], [outer - 1.6, -6], [outer - 1.6 - width, -6]),
    { part: 'strap', shade: 'flat' },
  );
}

function drawSwimFront(sketch: Sketch, look: Look, deep: number, waist: number): void {
  const { trim, waist: waistFeature, closure } = look.features;
  if (trim === 'bowKnot') drawKnot(sketch, 0, deep + 1.6);
  if (closure === 'zip' || closure === 'halfZip') {
    sketch.line(Outline.from(0, deep).line(0, deep + 18), { part: 'closure', width: 1.8, opacity: 0.7 });
    sketch.line(Outline.from(0, deep).line(0, deep + 18), {
      width: 0.8,
      colour: sketch.palette.metal,
      opacity: 1,
      dashes: '0.5 0.4',
    });
    sketch.panel(Outline.box(-0.8, deep + 1, 1.6, 3.4, 0.6), {
      part: 'closure',
      paint: sketch.palette.metal,
      shade: 'none',
      edge: 0.3,
    });
  }
  if (waistFeature === 'belt') {
    sketch.panel(
      Outline.from(-waist, 40.6).bend(0, 42, waist, 40.6).line(waist, 43.8).bend(0, 45.2, -waist, 43.8).close(),
      { part: 'belt', paint: sketch.palette.trim },
    );
    sketch.panel(Outline.box(-2.6, 40, 5.2, 5, 0.8), { part: 'belt', paint: sketch.palette.metal, shade: 'none' });
    sketch.mark(Outline.box(-1.3, 41.3, 2.6, 2.4, 0.3), sketch.palette.trim);
  }
}

function drawKnot(sketch: Sketch, x: number, y: number): void {
  sketch.panels(
    Outline.from(0, y)
      .curve(4, y - 4.4, 8, y - 3.6, 7.2, y)
      .curve(8, y + 4, 4, y + 4.2, 0, y + 0.6)
      .close()
      .shifted(x, 0),
    { part: 'ornament', shade: 'flat' },
  );
  sketch.panel(Outline.ellipse(x, y + 0.2, 1.4, 1.7), { part: 'ornament', shade: 'flat' });
}
