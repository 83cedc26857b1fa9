/**
 * How many letters must be inserted, removed, replaced or swapped with their neighbor to turn `typed` into `word` or, so
 * that a word is found while it is typed, into the beginning of `word` (optimal string alignment).
 * @returns the distance, or `undefined` when it is more than `max`.
 */
export function distanceToBeginning(typed: string, word: string, max: number): number | undefined {
  const width = Math.min(word.length, typed.length + max);
  let before: number[] = [];
  let previous = Array.from({ length: width + 1 }, (_, column) => column);
  for (let row = 1; row <= typed.length; row++) {
    const current = [row];
    for (let column = 1; column <= width; column++) {
      const isSame = typed[row - 1] === word[column - 1];
      const isSwapped =
        row > 1 && column > 1 && typed[row - 1] === word[column - 2] && typed[row - 2] === word[column - 1];
      current[column] = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (isSame ? 0 : 1),
        isSwapped ? before[column - 2]! + 1 : Infinity,
      );
    }
    if (Math.min(...current) > max) return undefined;
    [before, previous] = [previous, current];
  }
  const distance = Math.min(...previous);
  return distance <= max ? distance : undefined;
}
