import { mergeValues } from './merge-values.ts';

const base = { title: 'Hamlet', price: '20', notes: '' };

describe('mergeValues', () => {
  it('keeps what is typed when nothing else was saved', () => {
    const typed = { ...base, price: '21' };
    expect(mergeValues(base, typed, base)).toEqual({ values: typed, conflicts: {} });
  });

  it('takes what was saved in a field in which nothing was typed', () => {
    const { values, conflicts } = mergeValues(base, { ...base, price: '21' }, { ...base, notes: 'Aisle' });
    expect(values).toEqual({ title: 'Hamlet', price: '21', notes: 'Aisle' });
    expect(conflicts).toEqual({});
  });

  it('keeps what is typed and reports what was saved when both changed a field', () => {
    const { values, conflicts } = mergeValues(base, { ...base, price: '21' }, { ...base, price: '22' });
    expect(values.price).toBe('21');
    expect(conflicts).toEqual({ price: '22' });
  });

  it('has no conflict when the same text was typed and saved', () => {
    const same = { ...base, price: '22' };
    expect(mergeValues(base, same, same)).toEqual({ values: same, conflicts: {} });
  });

  it('takes the saved entry code over a draft, which has none', () => {
    const { values } = mergeValues(
      { title: 'Hamlet' },
      { title: 'Lear' },
      { title: 'Hamlet', secret: 'A-1' },
    );
    expect(values).toEqual({ title: 'Lear', secret: 'A-1' });
  });
});
