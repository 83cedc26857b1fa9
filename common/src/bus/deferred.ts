export type Deferred = { promise: Promise<void>; resolve: () => void };

/** A promise together with the function that resolves it. */
export function deferred(): Deferred {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((r) => (resolve = r));
  return { promise, resolve };
}
