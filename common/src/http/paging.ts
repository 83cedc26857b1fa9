import type { Request, Response } from 'express';
import { ValidationError } from '../errors.ts';

/** How many items a page has without `limit`. */
export const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
/** How far `X-Total-Count` counts: an exact count costs more than the list. */
export const COUNT_TO = 1_000;

/** The order of a list: by `field`, then by `_id`; an index must cover both. `direction` 1 is ascending. */
export type Sort = { field: string; direction: 1 | -1 };

type Cursor = { key: string | number | null; id: string; back: boolean; isDate: boolean };

/** Reads `limit` (1 to 100, default 50) and `cursor` from the query. Throws ValidationError when one is invalid. */
export function readPage(req: Request): { limit: number; cursor: Cursor | undefined } {
  const { limit = String(DEFAULT_LIMIT), cursor } = req.query;
  const problems = [];
  if (typeof limit !== 'string' || !/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_LIMIT)
    problems.push({ field: 'limit', message: `limit must be a number from 1 to ${MAX_LIMIT}` });
  const read = cursor === undefined ? undefined : decode(cursor);
  if (read === null) problems.push({ field: 'cursor', message: 'cursor is invalid' });
  if (problems.length > 0) throw new ValidationError(problems);
  return { limit: Number(limit), cursor: read ?? undefined };
}

type Find<T> = (filter: Record<string, unknown>, sort: Record<string, 1 | -1>, limit: number) => Promise<T[]>;

/**
 * Reads one page by keyset pagination: every page costs the same, and a changing list neither skips nor repeats items.
 * `find` runs the query with the given MongoDB filter (to combine with its own), sort and limit.
 * @returns the items, and the cursors of the next and the previous page if there are any.
 */
export async function findPage<T extends { _id: string }>(
  sort: Sort,
  { limit, cursor }: { limit: number; cursor: Cursor | undefined },
  find: Find<T>,
): Promise<{ items: T[]; next?: string; prev?: string }> {
  const back = cursor?.back ?? false;
  const direction = (back ? -sort.direction : sort.direction) as 1 | -1;
  const beyond = direction === 1 ? '$gt' : '$lt';
  const key = cursor && (cursor.isDate && cursor.key !== null ? new Date(cursor.key) : cursor.key);
  const filter =
    cursor === undefined
      ? {}
      : sort.field === '_id'
        ? { _id: { [beyond]: cursor.id } }
        : {
            // The bound lets the database start at the cursor; with `$or` alone it would scan from the beginning.
            ...(key !== null && { [sort.field]: { [`${beyond}e`]: key } }),
            $or: [{ [sort.field]: { [beyond]: key } }, { [sort.field]: key, _id: { [beyond]: cursor.id } }],
          };
  const found = await find(filter, { [sort.field]: direction, _id: direction }, limit + 1);
  const more = found.length > limit;
  const items = found.slice(0, limit);
  if (back) items.reverse();
  const [first, last] = [items[0], items.at(-1)];
  return {
    items,
    ...(last && (back || more) && { next: encode(last, sort, false) }),
    ...(first && cursor && (!back || more) && { prev: encode(first, sort, true) }),
  };
}

/**
 * Responds with the page of a list that the request is for, and its pagination headers. `find` is as for `findPage`, `count`
 * counts the whole list, `show` returns an item as the response has it. Throws ValidationError (400).
 */
export async function sendPage<T extends { _id: string }>(
  req: Request,
  res: Response,
  { sort, find, count, show }: List<T>,
): Promise<void> {
  const [{ items, ...neighbors }, total] = await Promise.all([findPage(sort, readPage(req), find), count()]);
  setPaginationHeaders(req, res, { ...neighbors, total });
  res.json(items.map((item) => show(item)));
}

type List<T> = {
  sort: Sort;
  find: Find<T>;
  count: () => Promise<number>;
  show: (item: T) => unknown;
};

/** Sets `Link` (RFC 8288) with the neighboring pages, and `X-Total-Count` where the list is counted. */
export function setPaginationHeaders(req: Request, res: Response, page: PageInfo) {
  for (const [name, value] of Object.entries(paginationHeaders(req.originalUrl, page)))
    res.setHeader(name, value);
}

type PageInfo = { next?: string; prev?: string; total?: number };

/** The headers of `setPaginationHeaders` for a page whose request had the URL `url`. */
export function paginationHeaders(url: string, { next, prev, total }: PageInfo): Record<string, string> {
  const link = (rel: string, cursor: string) => {
    const target = new URL(url, 'http://localhost');
    target.searchParams.set('cursor', cursor);
    return `<${target.pathname}${target.search}>; rel="${rel}"`;
  };
  const links = [...(next ? [link('next', next)] : []), ...(prev ? [link('prev', prev)] : [])];
  return {
    ...(links.length > 0 && { Link: links.join(', ') }),
    ...(total !== undefined && { 'X-Total-Count': String(total) }),
  };
}

function encode(item: { _id: string }, sort: Sort, back: boolean): string {
  const value = (item as Record<string, unknown>)[sort.field] ?? null;
  const isDate = value instanceof Date;
  const key = isDate ? value.getTime() : value;
  return Buffer.from(JSON.stringify([key, item._id, back ? 1 : 0, isDate ? 1 : 0])).toString('base64url');
}

function decode(cursor: unknown): Cursor | null {
  try {
    const [key, id, back, isDate] = JSON.parse(
      Buffer.from(String(cursor), 'base64url').toString(),
    ) as unknown[];
    if (typeof id !== 'string' || !(typeof key === 'string' || typeof key === 'number' || key === null))
      return null;
    return { key, id, back: back === 1, isDate: isDate === 1 };
  } catch {
    return null;
  }
}
