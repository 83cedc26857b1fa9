import { z } from 'zod';
import { tolerant, unknownValuesOnly } from './tolerant-schema.ts';

const Color = z.enum(['red', 'green']);
const reader = tolerant(
  z.strictObject({
    id: z.string().min(1),
    color: Color.optional(),
    parts: z.array(z.strictObject({ color: Color.nullable() })).min(1),
  }),
);

const errorOf = (value: unknown) => {
  const { error } = reader.safeParse(value);
  return { isRefused: error !== undefined, isUnknown: error !== undefined && unknownValuesOnly(error) };
};

describe('tolerant', () => {
  it('removes the fields that the schema does not have, at every depth', () => {
    expect(reader.parse({ id: '1', size: 3, parts: [{ color: 'red', size: 4 }] })).toEqual({
      id: '1',
      parts: [{ color: 'red' }],
    });
  });

  it.each([
    ['in a field', { id: '1', color: 'blue', parts: [{ color: null }] }],
    ['in a list', { id: '1', parts: [{ color: 'blue' }] }],
  ])('reports a value that an enum does not have %s as unknown', (_, value) => {
    expect(errorOf(value)).toEqual({ isRefused: true, isUnknown: true });
  });

  it.each([
    ['a missing field', { parts: [{ color: 'blue' }] }],
    ['a value of another type', { id: 7, parts: [{ color: 'red' }] }],
    ['an enum value that is no text', { id: '1', color: 7, parts: [{ color: 'red' }] }],
    ['a field below its limit', { id: '', color: 'blue', parts: [{ color: 'red' }] }],
    ['an empty list', { id: '1', parts: [] }],
  ])('reports %s as wrong, also beside an unknown value', (_, value) => {
    expect(errorOf(value)).toEqual({ isRefused: true, isUnknown: false });
  });

  it('refuses a kind of schema that it does not know, when the schema is built', () => {
    expect(() => tolerant(z.record(z.string(), Color))).toThrow(/record/);
  });
});
