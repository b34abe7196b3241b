import { describe, expect, it } from '@jest/globals';
import { parseSplitRule } from '../split-rule.ts';
import { parseMapping } from './parse-mapping.ts';

describe('a mapping', () => {
  it('is a list or JSON', () => {
    const mapping = { caption: ['title', 'description'], category: ['articleType'], id: ['sku'], attributes: [] };
    expect(parseMapping('caption=title+description, label=articleType,id=sku,attributes=')).toEqual(mapping);
    expect(
      parseMapping('{"caption": ["title", "description"], "category": "articleType", "id": "sku", "attributes": null}'),
    ).toEqual(mapping);
  });

  it.each([
    ['captoin=title', /has no field "captoin"; did you mean "caption"\? the fields are id, product, image/],
    ['__proto__=title', /has no field "__proto__"/],
    ['title', /a mapping is written field=column, found "title"/],
    ['id=a,id=b', /has the field "id" twice/],
    ['id=a+b', /the field "id" of a mapping takes one column, found \["a","b"\]/],
    ['label=a,category=b', /has the field "category" twice/],
    ['{"id": 7}', /is a column's name, or a list of them, found 7/],
    ['{"id": ', /the mapping is not JSON/],
  ])('%s is refused', (text, message) => expect(() => parseMapping(text)).toThrow(message));
});

describe('a rule for splits', () => {
  it('is a file, a column or a hash', () => {
    expect(parseSplitRule('file')).toEqual({ rule: { kind: 'own' } });
    expect(parseSplitRule('column=my fold')).toEqual({ rule: { kind: 'own' }, column: 'my fold' });
    expect(parseSplitRule('hash:seed=3,test=0.2').rule).toEqual({ kind: 'hash', seed: 3, validation: 0.1, test: 0.2 });
  });

  it.each([
    '',
    'column=',
    'hash:validation=1',
    'hash:validation=-1',
    'hash:seed=1.5',
    'hash:share=1',
    'hash:seed=',
    'hush',
  ])('%j is refused', (text) => expect(() => parseSplitRule(text)).toThrow(/cannot read the rule for splits/));
});
