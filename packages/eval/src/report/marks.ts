import { type Html, html, trustedMarkup } from './html.ts';

// Right and wrong are shown by a sign and a word; colour is only an addition.

/** A tick and a word. */
export function rightMark(word = 'right'): Html {
  return html`<span class="mark right">${sign('M3 8.6 6.6 12 13 4.4')}${word}</span>`;
}

/** A cross and a word. */
export function wrongMark(word = 'wrong'): Html {
  return html`<span class="mark wrong">${sign('M4 4 12 12M12 4 4 12')}${word}</span>`;
}

/** A level of kaleido patches, drawn as its grid: 1 x 1 to 5 x 5. */
export function levelMark(level: number): Html {
  const gap = level === 1 ? 0 : 1;
  const side = (20 - gap * (level - 1)) / level;
  const cells = Array.from({ length: level * level }, (_, cell) => {
    const x = (cell % level) * (side + gap);
    const y = Math.floor(cell / level) * (side + gap);
    return `<rect x="${round(x)}" y="${round(y)}" width="${round(side)}" height="${round(side)}"/>`;
  });
  return trustedMarkup(`<svg class="level" viewBox="0 0 20 20" aria-hidden="true">${cells.join('')}</svg>`);
}

function sign(path: string): Html {
  return trustedMarkup(`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
