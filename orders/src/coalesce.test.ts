import { coalesce } from './coalesce.ts';

/** A store that answers when the test says so. */
function store() {
  const reads: { key: string; answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const read = coalesce(
    (key: string) =>
      new Promise<string>((answer, fail) => {
        reads.push({ key, answer, fail });
      }),
  );
  return { reads, read };
}

describe('coalesce', () => {
  it('shares the next read among calls that arrive during one', async () => {
    const { reads, read } = store();
    const first = read('a');
    const later = [read('a'), read('a'), read('a')];
    expect(reads).toHaveLength(1);

    reads[0]?.answer('old');
    expect(await first).toBe('old');
    expect(reads).toHaveLength(2);
    reads[1]?.answer('new');

    expect(await Promise.all(later)).toEqual(['new', 'new', 'new']);
    expect(reads).toHaveLength(2);
  });

  it('reads again after a read has ended, and separately for each key', async () => {
    const { reads, read } = store();
    const first = read('a');
    void read('b');
    expect(reads.map(({ key }) => key)).toEqual(['a', 'b']);
    reads[0]?.answer('old');
    await first;

    const again = read('a');
    reads[2]?.answer('new');

    expect(await again).toBe('new');
  });

  it('rejects only the calls that share the failed read', async () => {
    const { reads, read } = store();
    const first = read('a');
    const next = read('a');
    reads[0]?.fail(new Error('unavailable'));
    await expect(first).rejects.toThrow('unavailable');

    reads[1]?.answer('there');
    expect(await next).toBe('there');
  });
});
