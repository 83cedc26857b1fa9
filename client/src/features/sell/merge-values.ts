import type { Values } from './listing-values.ts';

type Merged = { values: Values; conflicts: Values };

/**
 * Merges what is typed with what was saved since: `base` are the values that the form started from. A field in which
 * nothing was typed shows what is saved. `conflicts` are the saved texts of the fields in which something else is typed;
 * those keep what is typed.
 */
export function mergeValues(base: Values, typed: Values, saved: Values): Merged {
  const values = { ...typed };
  const conflicts: Values = {};
  for (const [name, now] of Object.entries(saved)) {
    const before = base[name] ?? '';
    const mine = typed[name] ?? before;
    values[name] = mine === before ? now : mine;
    if (now !== before && values[name] !== now) conflicts[name] = now;
  }
  return { values, conflicts };
}
