import type { PuzzleFigures } from '../evaluation.ts';
import { count, percent, significant } from './format.ts';
import { type Html, html, pictureSource } from './html.ts';
import { levelMark, rightMark, wrongMark } from './marks.ts';
import type { ColouredPuzzle, Picture, PuzzleExamples } from './report-data.ts';

/** In per cent; the paper's puzzles have 4, 24 and 9 answers. */
export const chanceOfPuzzles: PuzzleFigures = { rotation: 100 / 4, jigsaw: 100 / 24, camouflage: 100 / 9 };

/** The five patch tasks as pictures; tasks without examples are left out. */
export function puzzleSection(
  { rotation, jigsaw, camouflage, grey, blank }: PuzzleExamples,
  figures?: PuzzleFigures,
): Html {
  return html`
  ${
    rotation.length > 0 &&
    puzzle(
      1,
      'Rotation',
      'A product was turned by quarters. How far?',
      share('rotation', figures),
      rotation.map(rotationExample),
    )
  }
  ${
    jigsaw.length > 0 &&
    puzzle(
      2,
      'Jigsaw',
      'Four pieces were shuffled. Where does each belong?',
      share('jigsaw', figures),
      jigsaw.map(jigsawExample),
    )
  }
  ${
    camouflage.length > 0 &&
    puzzle(
      3,
      'Camouflage',
      'One piece of nine comes from another product. Which?',
      share('camouflage', figures),
      camouflage.map(camouflageExample),
    )
  }
  ${
    grey.length > 0 &&
    puzzle(
      4,
      'Grey to colour',
      'Some pieces were shown grey. What colours did they have?',
      undefined,
      grey.map(colouredExample),
      grey,
    )
  }
  ${
    blank.length > 0 &&
    puzzle(
      5,
      'Blank to colour',
      'Some pieces were left out. What was there?',
      undefined,
      blank.map(colouredExample),
      blank,
    )
  }`;
}

/** Whether the section would be empty. */
export function lacksPuzzles({ rotation, jigsaw, camouflage, grey, blank }: PuzzleExamples): boolean {
  return [rotation, jigsaw, camouflage, grey, blank].every(({ length }) => length === 0);
}

function puzzle(
  level: number,
  title: string,
  question: string,
  solved: Html | undefined,
  examples: readonly Html[],
  coloured: readonly ColouredPuzzle[] = [],
): Html {
  const unpainted = coloured.some(({ painted }) => painted === undefined);
  return html`<section class="puzzle">
    <h3>${levelMark(level)}${title}</h3>
    <p class="lead">${question}${solved}${
      coloured.length > 0 &&
      html` Divergence says how far the predicted features are from the true ones: 0 is a perfect
      answer.`
    }${
      unpainted &&
      html` The features of this model are no pixels, so its prediction cannot be painted; only the
      divergence can be given.`
    }</p>
    <div class="examples ${coloured.length > 0 && 'broad'}">${examples}</div>
  </section>`;
}

function share(name: keyof PuzzleFigures, figures: PuzzleFigures | undefined): Html | undefined {
  if (figures === undefined || !Number.isFinite(figures[name])) return undefined;
  return html` In the evaluation, ${percent(figures[name])} were solved; guessing solves ${percent(chanceOfPuzzles[name])}.`;
}

function rotationExample({ picture, truth, answer }: PuzzleExamples['rotation'][number]): Html {
  const degrees = (quarters: number): string => (quarters === 0 ? 'not turned' : `${90 * quarters}°`);
  return html`<figure class="example">
    <div class="pair">
      ${labelled('as shown', html`<div class="square">${image(picture, 'The patch as shown')}</div>`)}
      ${labelled(
        'turned back',
        html`<div class="square">${image(picture, 'The patch turned back by the answer', `rotate(${-90 * answer}deg)`)}</div>`,
      )}
    </div>
    ${verdict(truth === answer, degrees(answer), degrees(truth))}
  </figure>`;
}

function jigsawExample({ pieces, truth, answer }: PuzzleExamples['jigsaw'][number]): Html {
  const right = truth.every((place, index) => place === answer[index]);
  const well = truth.filter((place, index) => place === answer[index]).length;
  const assembled = pieces.map((_, place) => pieces[answer.indexOf(place)]);
  return html`<figure class="example">
    <div class="pair">
      ${labelled('as shown', grid(2, pieces.map(piece), 'apart'))}
      ${labelled(
        'put together',
        grid(
          2,
          assembled.map((picture) => (picture === undefined ? emptyPiece(pieces[0]) : piece(picture))),
        ),
      )}
    </div>
    <figcaption>${right ? rightMark() : wrongMark()} <span>${count(well)} of ${count(pieces.length)} pieces in place</span></figcaption>
  </figure>`;
}

function camouflageExample({ pieces, truth, answer }: PuzzleExamples['camouflage'][number]): Html {
  const cells = pieces.map((picture, index) => {
    if (index === truth)
      return html`<div class="cell is-right">${image(picture)}${rightMark(index === answer ? 'found' : 'truth')}</div>`;
    if (index === answer) return html`<div class="cell is-wrong">${image(picture)}${wrongMark('answer')}</div>`;
    return piece(picture);
  });
  return html`<figure class="example">${grid(3, cells, 'apart')}
    ${verdict(truth === answer, placeOf(answer), placeOf(truth))}
  </figure>`;
}

function placeOf(cell: number): string {
  return `row ${Math.floor(cell / 3) + 1}, column ${(cell % 3) + 1}`;
}

function colouredExample({ pieces, hidden, shown, painted, divergence }: ColouredPuzzle): Html {
  const side = Math.round(Math.sqrt(pieces.length));
  const replaced = (instead: readonly Picture[] | undefined): Html[] =>
    pieces.map((picture, index) => {
      const at = hidden.indexOf(index);
      if (at < 0) return piece(picture);
      const other = instead?.[at];
      return html`<div class="cell is-asked">${other === undefined ? emptyPiece(picture) : image(other)}</div>`;
    });
  return html`<figure class="example">
    <div class="pair">
      ${labelled('what it saw', grid(side, replaced(shown)))}
      ${painted !== undefined && labelled('what it painted', grid(side, replaced(painted)))}
      ${labelled('the truth', grid(side, replaced(hidden.map((index) => pieces[index] as Picture))))}
    </div>
    <figcaption><span>Divergence <b class="number">${significant(divergence)}</b></span></figcaption>
  </figure>`;
}

function verdict(right: boolean, answer: string, truth: string): Html {
  return right
    ? html`<figcaption>${rightMark()} <span>${answer}</span></figcaption>`
    : html`<figcaption>${wrongMark()} <span>said ${answer}; was ${truth}</span></figcaption>`;
}

function labelled(label: string, content: Html): Html {
  return html`<div class="labelled">${content}<span>${label}</span></div>`;
}

function grid(side: number, cells: readonly Html[], kind?: 'apart'): Html {
  return html`<div class="grid ${kind}" style="--side:${side}">${cells}</div>`;
}

function piece(picture: Picture): Html {
  return html`<div class="cell">${image(picture)}</div>`;
}

/** A hatched field of the size of the missing piece. */
function emptyPiece(picture: Picture | undefined): Html {
  return html`<div class="hatched">${picture !== undefined && image(picture)}</div>`;
}

function image(picture: Picture, description = '', transform?: string): Html {
  return html`<img src="${pictureSource(picture)}" alt="${description}"${transform !== undefined && html` style="transform:${transform}"`}>`;
}
