/**
 * A queue that gives each key its turn: with many items of one key, the first item of another key is next but one. An item
 * beyond `limit` displaces the latest of the key that has the most, so no key keeps the others out.
 */
export class FairQueue<T> {
  private readonly limit: number;
  private readonly items = new Map<string, T[]>();
  private count = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get size(): number {
    return this.count;
  }

  get isFull(): boolean {
    return this.count >= this.limit;
  }

  /** Adds an item. @returns the item that has no place: one that this one displaces, or `item` itself. */
  push(key: string, item: T): T | undefined {
    const own = this.items.get(key);
    if (own) own.push(item);
    else this.items.set(key, [item]);
    this.count += 1;
    return this.count > this.limit ? this.displace() : undefined;
  }

  /** Removes and returns the next item; its key has the last turn then. */
  shift(): T | undefined {
    const [first] = this.items;
    if (!first) return undefined;
    const [key, list] = first;
    const item = list.shift();
    this.items.delete(key);
    if (list.length > 0) this.items.set(key, list);
    this.count -= 1;
    return item;
  }

  /** Removes and returns all items that `test` accepts. */
  takeIf(test: (item: T) => boolean): T[] {
    const taken: T[] = [];
    for (const [key, list] of this.items) {
      const left = list.filter((item) => !test(item));
      if (left.length === list.length) continue;
      taken.push(...list.filter(test));
      if (left.length > 0) this.items.set(key, left);
      else this.items.delete(key);
    }
    this.count -= taken.length;
    return taken;
  }

  /** Of keys with equally many items the latest loses, so with one item each the new one does. */
  private displace(): T | undefined {
    const [key, list] = [...this.items].reduce((most, next) =>
      next[1].length >= most[1].length ? next : most,
    );
    const item = list.pop();
    if (list.length === 0) this.items.delete(key);
    this.count -= 1;
    return item;
  }
}
