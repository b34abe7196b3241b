import type { Product } from '../../state/product.ts';
import type { PuzzleText } from './puzzle-kinds.ts';

/** What each of the puzzles needs. */
export interface PuzzleProps {
  readonly text: PuzzleText;
  readonly seed: number;
  readonly of: Product;
}
