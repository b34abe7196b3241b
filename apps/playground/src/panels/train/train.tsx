import { setSettings, setting } from '../../state/place.ts';
import { FromNothing } from './from-nothing.tsx';
import { OwnClasses } from './own-classes.tsx';
import './train.css';
import './own-classes.css';

const ways = [
  { id: undefined, title: 'From nothing' },
  { id: 'classes', title: 'Your own classes' },
] as const;

/** Training in the tab: a small model from nothing, or the bundled one on the visitor's classes. */
export function Train() {
  const way = setting('way') === 'classes' ? 'classes' : undefined;
  return (
    <div class="train">
      <fieldset class="switch train-ways">
        <legend class="visually-hidden">What to train</legend>
        {ways.map(({ id, title }) => (
          <button key={title} type="button" aria-pressed={way === id} onClick={() => setSettings({ way: id })}>
            {title}
          </button>
        ))}
      </fieldset>
      {way === 'classes' ? <OwnClasses /> : <FromNothing />}
    </div>
  );
}
