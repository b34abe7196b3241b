import { defaultBlockNgram, type PieceChoice } from '@kaleido/model';

/** How captions are searched for. */
export interface CaptionSearch {
  /** Candidates per photograph; 1: the most likely piece each time. */
  readonly beam: number;
  /** No run of so many pieces stands twice in a caption: 2 or more, or 0 to allow all. */
  readonly blockNgram: number;
}

/**
 * Candidates of the beam search: 3, as "Show and Tell" found best (Vinyals et al. 2016, arXiv 1609.06647). On the atelier,
 * too, wider searches of a tiny model scored lower (docs/captions.md).
 */
export const defaultBeam = 3;

/** A search with its defaults: for any beam, the `blockNgram` of `generateCaptions`. */
export function completeSearch({ beam = defaultBeam, blockNgram }: Partial<CaptionSearch> = {}): CaptionSearch {
  return { beam, blockNgram: blockNgram ?? defaultBlockNgram(pieceChoice(beam)) };
}

/** How the next piece is chosen with so many candidates. */
export function pieceChoice(beam: number): PieceChoice {
  return beam === 1 ? { kind: 'greedy' } : { kind: 'beam', width: beam };
}
