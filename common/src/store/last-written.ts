const MAX_STATES = 1_000;

/**
 * The states of aggregates as this process wrote them last, of at most 1,000 aggregates. Another process may have changed an
 * aggregate since: a state is only good for a compare-and-set that the database refuses then, and for what never changes
 * again. After a miss or a refusal, read the aggregate and decide again.
 */
export class LastWritten<T extends { _id: string }> {
  private readonly states = new Map<string, T>();

  /** Do not modify the result: others may have the same object. */
  get(id: string): T | undefined {
    return this.states.get(id);
  }

  set(state: T): void {
    this.states.delete(state._id); // so that it becomes the youngest
    this.states.set(state._id, state);
    if (this.states.size <= MAX_STATES) return;
    for (const oldest of this.states.keys()) return void this.states.delete(oldest);
  }

  delete(id: string): void {
    this.states.delete(id);
  }
}
