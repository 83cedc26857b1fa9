import type { JsonSchema } from './json-schema.ts';
import { inlineReferences } from './json-schema.ts';
import { schemaChanges } from './schema-changes.ts';

const field = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { f: schema } });
const text: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: 'number' };
const required: JsonSchema = { ...field(text), required: ['f'] };
const nothing: JsonSchema = { type: 'object' };
const red: JsonSchema = { type: 'string', enum: ['red'] };
const colors: JsonSchema = { type: 'string', enum: ['red', 'blue'] };

const any = '.f: removed';
type Row = [
  what: string,
  before: JsonSchema,
  after: JsonSchema,
  request: string,
  response: string,
  event: string,
];

/** The change that is found in a request, a response and an event; '' where it breaks nothing. */
const rows: Row[] = [
  ['a removed field', field(text), nothing, any, any, any],
  ['a removed required field', required, nothing, any, any, any],
  ['an added optional field', nothing, field(text), '', '', ''],
  ['an added required field', nothing, required, '.f: required now', '', '.f: required now'],
  ['a field that became required', field(text), required, '.f: required now', '', '.f: required now'],
  ['a field that became optional', required, field(text), '', '.f: optional now', '.f: optional now'],
  ['a removed value', colors, red, '.: narrowed, value blue', '', '.: narrowed, value blue'],
  ['an added value', red, colors, '', '.: widened, value blue', ''],
  ['a new enum', text, red, '.: narrowed, any value', '', '.: narrowed, any value'],
  ['an enum that is gone', red, text, '', '.: widened, any value', '.: widened, any value'],
  [
    'a narrower type',
    number,
    { type: 'integer' },
    '.: narrowed, type number',
    '',
    '.: narrowed, type number',
  ],
  ['a wider type', { type: 'integer' }, number, '', '.: widened, type number', '.: widened, type number'],
  [
    'null that is refused',
    { type: ['string', 'null'] },
    text,
    '.: narrowed, type null',
    '',
    '.: narrowed, type null',
  ],
  [
    'null that is new',
    text,
    { oneOf: [text, { type: 'null' }] },
    '',
    '.: widened, type null',
    '.: widened, type null',
  ],
  ['a type where there was none', {}, text, '.: narrowed, any type', '', '.: narrowed, any type'],
  [
    'a smaller maximum',
    { maxLength: 9 },
    { maxLength: 8 },
    '.: narrowed, maxLength',
    '',
    '.: narrowed, maxLength',
  ],
  [
    'a larger maximum',
    { maxLength: 8 },
    { maxLength: 9 },
    '',
    '.: widened, maxLength',
    '.: widened, maxLength',
  ],
  ['a new minimum', number, { ...number, minimum: 1 }, '.: narrowed, minimum', '', '.: narrowed, minimum'],
  ['a new pattern', text, { ...text, pattern: 'a' }, '.: narrowed, pattern', '', '.: narrowed, pattern'],
  [
    'a format that is gone',
    { ...text, format: 'date' },
    text,
    '',
    '.: widened, format',
    '.: widened, format',
  ],
  [
    'the items of a list',
    { type: 'array', items: colors },
    { type: 'array', items: red },
    '[]: narrowed, value blue',
    '',
    '[]: narrowed, value blue',
  ],
  [
    'a field of a field',
    field(field(text)),
    field(nothing),
    '.f.f: removed',
    '.f.f: removed',
    '.f.f: removed',
  ],
  [
    'a constant',
    { const: 'a' },
    { const: 'b' },
    '.: narrowed, value a',
    '.: widened, value b',
    '.: narrowed, value a',
  ],
];

describe('schemaChanges', () => {
  it.each(rows)(
    'finds %s in a request, not in a response, or the other way round',
    (_, before, after, ...found) => {
      const changes = (['request', 'response', 'event'] as const).map((direction) =>
        schemaChanges(before, after, direction).join(),
      );

      expect(changes).toEqual(found);
    },
  );

  it('finds nothing where only the way of writing differs', () => {
    const before: JsonSchema = { allOf: [field(text), { type: 'object', required: ['f'] }] };

    expect(schemaChanges(before, required, 'event')).toEqual([]);
    expect(schemaChanges(required, before, 'event')).toEqual([]);
  });

  it('throws for a union that it cannot compare', () => {
    const union: JsonSchema = { oneOf: [text, number] };

    expect(() => schemaChanges(union, union, 'request')).toThrow('Only unions with null can be compared');
  });
});

describe('inlineReferences', () => {
  const a = { $ref: '#/components/a~1b' };

  it('replaces a reference by what it leads to', () => {
    expect(inlineReferences({ one: a, components: { 'a/b': text } })).toMatchObject({ one: text });
  });

  it('keeps what is beside a reference', () => {
    expect(inlineReferences({ one: { ...a, maxLength: 9 }, components: { 'a/b': text } })).toMatchObject({
      one: { allOf: [text, { maxLength: 9 }] },
    });
  });

  it.each([
    ['leads nowhere', {}, '#/components/a~1b does not exist'],
    ['leads into itself', { 'a/b': { items: a } }, '#/components/a~1b contains itself'],
  ])('throws for a reference that %s', (_, components, message) => {
    expect(() => inlineReferences({ one: a, components })).toThrow(message);
  });
});
