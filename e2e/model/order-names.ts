const names = ['A', 'B', 'C'];

/** The id of the order with this index. */
export function orderName(order: number): string {
  return names[order] ?? '';
}

/** The index of the order with this id; -1 for none. */
export function orderIndex(id: string | undefined): number {
  return id === undefined ? -1 : names.indexOf(id);
}
