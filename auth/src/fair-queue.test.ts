import { FairQueue } from './fair-queue.ts';

function queueOf(limit: number, ...items: string[]) {
  const queue = new FairQueue<string>(limit);
  const displaced = items.map((item) => queue.push(item.slice(0, 1), item)).filter(Boolean);
  return { queue, displaced };
}

function drain(queue: FairQueue<string>): string[] {
  const items = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

describe('FairQueue', () => {
  it.each([
    ['in order for one key', ['a1', 'a2', 'a3'], ['a1', 'a2', 'a3']],
    ['by turns for several keys', ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'], ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']],
    ['not at all without items', [], []],
  ])('returns items %s', (_what, pushed, shifted) => {
    const { queue } = queueOf(10, ...pushed);

    expect(drain(queue)).toEqual(shifted);
    expect(queue.size).toBe(0);
  });

  it.each([
    ['refuses the new item when its key has the most', ['a1', 'a2', 'b1', 'a3'], ['a3'], ['a1', 'b1', 'a2']],
    [
      'displaces the latest item of the key that has the most',
      ['a1', 'a2', 'a3', 'b1'],
      ['a3'],
      ['a1', 'b1', 'a2'],
    ],
    ['refuses the new item when every key has one', ['a1', 'b1', 'c1', 'd1'], ['d1'], ['a1', 'b1', 'c1']],
  ])('%s, above the limit', (_what, pushed, displaced, left) => {
    const result = queueOf(3, ...pushed);

    expect(result.displaced).toEqual(displaced);
    expect(result.queue.isFull).toBe(true);
    expect(drain(result.queue)).toEqual(left);
  });

  it('removes the items that a test accepts', () => {
    const { queue } = queueOf(10, 'a1', 'a2', 'b1', 'c2');

    expect(queue.takeIf((item) => item.endsWith('1'))).toEqual(['a1', 'b1']);
    expect(queue.size).toBe(2);
    expect(drain(queue)).toEqual(['a2', 'c2']);
  });
});
