import { stopInputBound } from './input-bound.mjs';

export default async function stopSharedShop({ watch, watchAll }) {
  // The next run needs it; it ends with Jest.
  if (watch || watchAll || !globalThis.sharedShop) return;
  const code = await stopInputBound(globalThis.sharedShop);
  if (code !== 0) throw new Error('The shared shop ended with a failure; it is described above.');
}
