/** A list of 32-bit integers that grows. */
export class IntegerList {
  private values = new Int32Array(1 << 12);
  private count = 0;

  get length(): number {
    return this.count;
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }

  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Int32Array(this.count * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }
}

/** The progress steps between states, added state by state. */
export class ProgressGraph {
  private readonly targets = new IntegerList();
  private readonly firstEdge = new IntegerList();

  startState(): void {
    this.firstEdge.push(this.targets.length);
  }

  add(target: number): void {
    this.targets.push(target);
  }

  /** A state on a cycle, if there is one: what remains after removing, repeatedly, states without a predecessor. */
  findCycle(): number | undefined {
    const { firstEdge, targets } = this;
    const size = firstEdge.length;
    const start = (state: number) => (state === size ? targets.length : firstEdge.at(state));
    const incoming = new Int32Array(size);
    for (let edge = 0; edge < targets.length; edge++)
      incoming[targets.at(edge)] = (incoming[targets.at(edge)] ?? 0) + 1;
    const removable: number[] = [];
    for (let state = 0; state < size; state++) if (!incoming[state]) removable.push(state);
    for (let state = removable.pop(); state !== undefined; state = removable.pop())
      for (let edge = start(state); edge < start(state + 1); edge++) {
        const target = targets.at(edge);
        incoming[target] = (incoming[target] ?? 0) - 1;
        if (incoming[target] === 0) removable.push(target);
      }
    const remaining = incoming.findIndex((count) => count > 0);
    return remaining < 0 ? undefined : remaining;
  }
}
