import { LastWritten } from './last-written.ts';

describe('the states that a process wrote last', () => {
  it('are the latest of each aggregate', () => {
    const states = new LastWritten<{ _id: string; version: number }>();
    states.set({ _id: 'a', version: 1 });
    states.set({ _id: 'a', version: 2 });
    states.set({ _id: 'b', version: 1 });
    states.delete('b');

    expect(states.get('a')).toEqual({ _id: 'a', version: 2 });
    expect(states.get('b')).toBeUndefined();
  });

  it('are those of the 1,000 aggregates that were written last', () => {
    const states = new LastWritten<{ _id: string }>();
    states.set({ _id: 'old' });
    states.set({ _id: 'renewed' });
    for (let n = 0; n < 998; n++) states.set({ _id: String(n) });
    states.set({ _id: 'renewed' });
    states.set({ _id: 'new' });

    expect(states.get('old')).toBeUndefined();
    expect(states.get('renewed')).toBeDefined();
    expect(states.get('0')).toBeDefined();
  });
});
