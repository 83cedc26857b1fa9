import type { Request } from 'express';
import type { z } from 'zod';
import { invalidRequest, noSuch } from './errors.ts';
import type { Intent } from './objects.ts';
import { toPublic } from './objects.ts';
import { listParams, parse } from './params.ts';

interface Listed {
  id: string;
  created: number;
}

interface Bounds {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** One page of a list, newest first. */
export function page<T extends Listed>(
  req: Request,
  all: Iterable<T>,
  params: z.output<typeof listParams> = parse(listParams, req.query),
) {
  const bounds: Bounds = params.created ?? {};
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = bounds;
  const found = [...all]
    .filter(({ created }) => created > gt && created >= gte && created < lt && created <= lte)
    .reverse();
  const { starting_after: after, ending_before: before, limit } = params;
  const from = after ? indexOf(found, after, 'starting_after') + 1 : 0;
  const to = before ? indexOf(found, before, 'ending_before') : found.length;
  const rest = found.slice(from, to);
  const data = before ? rest.slice(-limit) : rest.slice(0, limit);
  return {
    object: 'list',
    data: data.map(toPublic),
    has_more: rest.length > limit,
    url: req.originalUrl.split('?')[0],
  };
}

function indexOf(found: Listed[], id: string, param: string): number {
  const index = found.findIndex((one) => one.id === id);
  if (index < 0) throw noSuch('object', id, param, 400);
  return index;
}

const CLAUSE =
  /^\s*(?:metadata\[(["'])(?<key>.+?)\1\]|(?<field>status|currency|amount|created))\s*(?<op>[:<>]=?)\s*(?<value>"[^"]*"|'[^']*'|\d+)\s*$/;

/** A subset of Stripe's search query language: `field:'value'` and numeric comparisons, joined by AND. */
export function matches(query: string): (intent: Intent) => boolean {
  const tests = query.split(/\sAND\s/i).map((clause) => {
    const { key, field, op, value: quoted = '' } = CLAUSE.exec(clause)?.groups ?? {};
    if (!op) {
      throw invalidRequest(
        'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or key:"value" to query for other fields.',
        { param: 'query' },
      );
    }
    const value = quoted.replace(/^["']|["']$/g, '');
    return (intent: Intent) => {
      const actual = key === undefined ? intent[field as 'status' | 'amount'] : intent.metadata[key];
      if (actual === undefined) return false;
      if (op === ':') return String(actual) === value;
      const difference = Number(actual) - Number(value);
      return (op.startsWith('<') ? -difference : difference) > 0 || (op.endsWith('=') && difference === 0);
    };
  });
  return (intent) => tests.every((test) => test(intent));
}
