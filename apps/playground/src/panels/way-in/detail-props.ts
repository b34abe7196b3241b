import type { Product } from '../../state/product.ts';
import type { Pictures } from './use-pictures.ts';
import type { WayInAnswers } from './use-way-in.ts';

/** What every opened part is given. */
export interface DetailProps {
  readonly product: Product;
  readonly answers: WayInAnswers;
  readonly pictures: Pictures;
}
