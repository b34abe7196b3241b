import { describe, expect, it } from '@jest/globals';
import { classesProblem, readExamples, splitExamples } from './class-pictures.ts';
import type { ClassExample } from './teaching-events.ts';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52);
const files = (count: number, of: string): ClassExample[] =>
  Array.from({ length: count }, (_, index) => {
    const file = new File([png], `${of}-${index}.png`);
    return { kind: 'file', name: file.name, file };
  });

describe('classes', () => {
  it('are taught when each has a name and photographs', () => {
    const of = (...all: [string, number][]) =>
      classesProblem(all.map(([name, count]) => ({ name, examples: files(count, name) })));
    expect(of(['a', 5], ['b', 5])).toBeUndefined();
    expect(of(['a', 5], [' ', 5])).toMatch('name');
    expect(of(['a', 5], ['a ', 5])).toMatch('“a”');
    expect(of(['a', 9], ['b', 1])).toMatch('at least two photographs to “b”');
    expect(of(['a', 4], ['b', 4])).toMatch('2 more');
  });

  it('hold out every fifth photograph, where each has ten', () => {
    const classes = [
      { name: 'a', examples: files(12, 'a') },
      { name: 'b ', examples: files(10, 'b') },
    ];
    const { train, heldOut } = splitExamples(classes);
    expect(heldOut.map(({ example }) => example.name)).toEqual(['a-4.png', 'b-4.png', 'a-9.png', 'b-9.png']);
    expect(train).toHaveLength(18);
    expect(train.slice(0, 2).map(({ label }) => label)).toEqual(['a', 'b']);
    expect(splitExamples([classes[0]!, { name: 'b', examples: files(9, 'b') }]).heldOut).toEqual([]);
  });

  it('leave out what is no picture, and say why', async () => {
    const text: ClassExample = { kind: 'file', name: 'a.jpg', file: new File(['only text'], 'a.jpg') };
    const skipped: { id: string; reason: string }[] = [];
    const read = [];
    const examples = [text, ...files(2, 'b')].map((example) => ({ example, label: 'x' }));
    const prepare = async (example: ClassExample) => (example.kind === 'file' ? example.file : new Blob());
    for await (const one of readExamples(examples, prepare, (one) => skipped.push(one))) read.push(one.id);
    expect(read).toEqual(['b-0.png', 'b-1.png']);
    expect(skipped).toEqual([{ id: 'a.jpg', reason: expect.stringContaining('not a picture') }]);
  });
});
