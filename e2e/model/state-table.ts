import type { State } from './state.ts';
import { pack, unpack, widthOf } from './state.ts';

/** All states met so far, each once, by index. The hash only finds candidates: states are compared field by field. */
export class StateTable {
  private readonly orders: number;
  private readonly width: number;
  private readonly packed: Uint16Array;
  private states: Uint16Array;
  /** Hash buckets with the index of a state; -1 is empty. */
  private buckets = new Int32Array(1 << 14).fill(-1);
  private count = 0;

  constructor(orders: number) {
    this.orders = orders;
    this.width = widthOf(orders);
    this.packed = new Uint16Array(this.width);
    this.states = new Uint16Array(this.width << 12);
  }

  get size(): number {
    return this.count;
  }

  get(index: number): State {
    return unpack(this.states, index * this.width, this.orders);
  }

  /** The index of a state, which is added when it is new. */
  add(state: State): number {
    pack(state, this.packed);
    this.grow();
    let bucket = this.hash(this.packed, 0) & (this.buckets.length - 1);
    for (
      let index = this.buckets[bucket];
      index !== undefined && index !== -1;
      index = this.buckets[bucket]
    ) {
      if (this.isPackedAt(index)) return index;
      bucket = (bucket + 1) & (this.buckets.length - 1);
    }
    this.buckets[bucket] = this.count;
    this.states.set(this.packed, this.count * this.width);
    return this.count++;
  }

  private hash(from: Uint16Array, start: number): number {
    let value = 0x811c9dc5;
    for (let field = 0; field < this.width; field++)
      value = Math.imul(value ^ (from[start + field] ?? 0), 0x01000193);
    value ^= value >>> 15;
    value = Math.imul(value, 0x2c1b3c6d);
    return (value ^ (value >>> 13)) >>> 0;
  }

  private isPackedAt(index: number): boolean {
    const start = index * this.width;
    for (let field = 0; field < this.width; field++)
      if (this.states[start + field] !== this.packed[field]) return false;
    return true;
  }

  private grow(): void {
    if ((this.count + 1) * this.width > this.states.length) {
      const larger = new Uint16Array(this.states.length * 2);
      larger.set(this.states);
      this.states = larger;
    }
    if (this.count * 2 < this.buckets.length) return;
    this.buckets = new Int32Array(this.buckets.length * 2).fill(-1);
    for (let index = 0; index < this.count; index++) {
      let bucket = this.hash(this.states, index * this.width) & (this.buckets.length - 1);
      while (this.buckets[bucket] !== -1) bucket = (bucket + 1) & (this.buckets.length - 1);
      this.buckets[bucket] = index;
    }
  }
}
