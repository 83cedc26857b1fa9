import 'server-only';
import { categories } from '../lib/types.ts';
import { readPublic } from './api.ts';

export type Counts = {
  available: number;
  reserved: number;
  sold: number;
  byCategory: Record<string, number>;
  countedAt: string;
};

const FRESH_MS = 5_000;
const MAX_AGE_MS = 60_000;

let last: Counts | undefined;
let counting: Promise<Counts> | undefined;

async function count(query: Record<string, string>): Promise<number> {
  const { headers } = await readPublic<unknown[]>(
    'tickets',
    `/api/tickets?${new URLSearchParams({ ...query, limit: '1' })}`,
    2_000,
  );
  return Number(headers['x-total-count'] ?? 0);
}

async function countAll(): Promise<Counts> {
  const [available, reserved, sold, ...each] = await Promise.all([
    count({ status: 'available' }),
    count({ status: 'reserved' }),
    count({ status: 'sold' }),
    ...categories.map((category) => count({ status: 'available', category })),
  ]);
  const byCategory = Object.fromEntries(categories.map((category, index) => [category, each[index] ?? 0]));
  return { available, reserved, sold, byCategory, countedAt: new Date().toISOString() };
}

/** Counts of the listings, with the time of counting. Usually a few seconds old, never more than a minute. */
export async function getCounts(): Promise<Counts | undefined> {
  const ageMs = last ? Date.now() - Date.parse(last.countedAt) : Infinity;
  if (last && ageMs < FRESH_MS) return last;
  counting ??= countAll()
    .then((counts) => (last = counts))
    .finally(() => (counting = undefined));
  if (last && ageMs < MAX_AGE_MS) {
    counting.catch(() => undefined); // the next request counts again
    return last;
  }
  try {
    return await counting;
  } catch {
    return undefined;
  }
}
