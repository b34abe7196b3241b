import { FromNothing } from './from-nothing.tsx';
import './train.css';

/** Training in the tab: a small model from nothing, or the bundled one on the visitor's classes. */
export function Train() {
  return <FromNothing />;
}
