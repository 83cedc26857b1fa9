import { sharedReading } from './shared-reading.ts';

/** A store whose answers the test gives. */
function store() {
  const asked: { key: string; answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const read = sharedReading(
    (key: string) =>
      new Promise<string>((answer, fail) => {
        asked.push({ key, answer, fail });
      }),
  );
  return { asked, read };
}

describe('a shared reading', () => {
  it('is begun anew for those who come during one, and is one for all of them', async () => {
    const { asked, read } = store();
    const first = read('a');
    const later = [read('a'), read('a'), read('a')];
    expect(asked).toHaveLength(1);

    asked[0]?.answer('old');
    expect(await first).toBe('old');
    expect(asked).toHaveLength(2);
    asked[1]?.answer('new');

    expect(await Promise.all(later)).toEqual(['new', 'new', 'new']);
    expect(asked).toHaveLength(2);
  });

  it('keeps nothing for who comes afterwards, nor for another key', async () => {
    const { asked, read } = store();
    const first = read('a');
    void read('b');
    expect(asked.map(({ key }) => key)).toEqual(['a', 'b']);
    asked[0]?.answer('old');
    await first;

    const again = read('a');
    asked[2]?.answer('new');

    expect(await again).toBe('new');
  });

  it('that fails fails for those who shared it only', async () => {
    const { asked, read } = store();
    const first = read('a');
    const next = read('a');
    asked[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');

    asked[1]?.answer('there');
    expect(await next).toBe('there');
  });
});
