import { describe, expect, it } from '@jest/globals';
import { mostClasses, mostPhotographs } from './class-pictures.ts';
import { type OwnClass, usualName, withPhotographs } from './own-classes.ts';

const empty = (...ids: readonly number[]): OwnClass[] => ids.map((id) => ({ id, name: usualName(id), examples: [] }));
const placed = (...paths: readonly string[]) =>
  paths.map((path) => ({ path, file: new File([], path.slice(path.lastIndexOf('/') + 1)) }));
const shown = (classes: readonly OwnClass[]) => classes.map(({ name, examples }) => [name, examples.length]);

describe('photographs that are given to a class', () => {
  it('are added to it, and leave its name', () => {
    const { classes, leftOut } = withPhotographs(empty(1, 2), 2, placed('a.jpg', 'b.jpg'));
    expect(shown(classes)).toEqual([
      ['class 1', 0],
      ['class 2', 2],
    ]);
    expect(leftOut).toBe(0);
  });

  it('name it after their folder, if it has no name of its own', () => {
    const [first] = empty(1);
    const named = { ...(first as OwnClass), name: 'frocks' };
    expect(shown(withPhotographs(empty(1), 1, placed('dresses/a.jpg', 'dresses/deep/b.jpg')).classes)).toEqual([
      ['dresses', 2],
    ]);
    expect(shown(withPhotographs([named], 1, placed('dresses/a.jpg')).classes)).toEqual([['frocks', 1]]);
  });

  it('of several folders become classes of their own', () => {
    const folders = placed('dresses/a.jpg', 'tops/b.jpg', 'shoes/c.jpg', 'tops/d.jpg');
    const once = withPhotographs(empty(1, 2), 1, folders).classes;
    expect(shown(once)).toEqual([
      ['dresses', 1],
      ['tops', 2],
      ['shoes', 1],
    ]);
    // The same folders again find their classes.
    expect(shown(withPhotographs(once, 1, folders).classes)).toEqual([
      ['dresses', 2],
      ['tops', 4],
      ['shoes', 2],
    ]);
  });

  it('never give two classes one name', () => {
    const classes = [{ id: 1, name: 'tops', examples: [] }, ...empty(2)];
    expect(shown(withPhotographs(classes, 2, placed('tops/a.jpg')).classes)).toEqual([
      ['tops', 0],
      ['tops 2', 1],
    ]);
  });

  it('are left out and counted where there is no room', () => {
    const many = placed(...Array.from({ length: mostPhotographs + 3 }, (_, at) => `${at}.jpg`));
    const full = withPhotographs(empty(1, 2), 1, many);
    expect([shown(full.classes), full.leftOut]).toEqual([
      [
        ['class 1', mostPhotographs],
        ['class 2', 0],
      ],
      3,
    ]);
    const folders = placed(...Array.from({ length: mostClasses + 2 }, (_, at) => `folder ${at}/a.jpg`));
    const { classes, leftOut } = withPhotographs(empty(1, 2), 1, folders);
    expect([classes.length, leftOut]).toEqual([mostClasses, 2]);
  });
});
