import { stopInputBound } from './input-bound.mjs';

export default async function stopServers({ watch, watchAll }) {
  // The next run needs them; they end with Jest.
  if (watch || watchAll || !globalThis.testServers) return;
  await stopInputBound(globalThis.testServers);
}
