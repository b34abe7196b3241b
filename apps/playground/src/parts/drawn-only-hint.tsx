import { engine } from '../engine/engine.ts';
import { linkTo } from '../state/place.ts';
import { product } from '../state/product.ts';
import { Notice } from './notice.tsx';

/** Says of a photograph of the visitor's what the bundled model can make of it. Nothing for another model, or a drawing. */
export function DrawnOnlyHint() {
  const state = engine.value;
  const isBundled = state.kind !== 'ready' || state.report.model.name === 'quickstart';
  if (product.value?.isOwn !== true || !isBundled) return null;
  return (
    <div class="panel-hint">
      <Notice kind="hint">
        Your photograph stays on this machine. The small model of this page has learned from drawn garments only, and
        often gets a real one wrong. You see truly how it works, not how good it can be.{' '}
        <a href={linkTo('train', { way: 'classes' })}>Teach it classes of your own</a>, or{' '}
        <a href={linkTo('about')}>open a model of yours</a>.
      </Notice>
    </div>
  );
}
