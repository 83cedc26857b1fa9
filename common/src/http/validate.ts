import type { Request } from 'express';
import { body, matchedData, query, validationResult } from 'express-validator';
import type { ValidationChain } from 'express-validator';
import { ValidationError } from '../errors.ts';
import type { FieldError } from '../errors.ts';
import { isId } from './http.ts';

/**
 * The fields of a request: what each must be, checked by express-validator. `T` is what comes out; fields that the
 * schema does not name are dropped, and a value of another JSON type never gets past its first check.
 */
export type Fields<T> = { [K in keyof T]-?: Field };
/** Makes the rule of one field; `optional()` lets it be absent, `nullable()` lets it be absent or null (to clear it). */
export type Field = { chain: (name: string, from: 'body' | 'query') => ValidationChain };

type Rule = (chain: ValidationChain) => ValidationChain;

function field(isType: (value: unknown) => boolean, message: string, rule: Rule = (chain) => chain): Field {
  return {
    chain: (name, from) => {
      const start = (from === 'body' ? body : query)(name);
      return rule(start.custom(isType).withMessage(message).bail());
    },
  };
}

const isText = (value: unknown) => typeof value === 'string';

/** A string of `min` to `max` characters after trimming. */
export function text({ min = 1, max, name }: { min?: number; max: number; name: string }): Field {
  const message =
    min > 0 ? `${name} must have ${min} to ${max} characters` : `${name} may have at most ${max} characters`;
  return field(isText, `${name} must be text`, (chain) =>
    chain.trim().isLength({ min, max }).withMessage(message),
  );
}

/** A string taken as it is, such as a password. */
export function rawText({ min = 0, max, name }: { min?: number; max: number; name: string }): Field {
  return field(isText, `${name} must be text`, (chain) =>
    chain
      .custom((value: string) => value.length >= min && value.length <= max)
      .withMessage(`${name} must have ${min} to ${max} characters`),
  );
}

/** An id in a body: 24 hex digits. */
export function id(message: string): Field {
  return field(isId, message);
}

/** One of some words. */
export function oneOf(words: readonly string[], message: string): Field {
  return field((value) => isText(value) && words.includes(value), message);
}

/** Anything that `test` accepts; `message` says what it must be. `convert` makes the value that comes out. */
export function custom(
  test: (value: unknown) => boolean,
  message: string,
  convert: (value: unknown) => unknown = (value) => value,
): Field {
  return field(test, message, (chain) => chain.customSanitizer(convert));
}

/** An e-mail address, trimmed and in lower case. */
export function email(message: string): Field {
  return field(isText, message, (chain) =>
    chain
      .trim()
      .isLength({ max: 254 })
      .withMessage(message)
      .bail()
      .isEmail()
      .withMessage(message)
      .toLowerCase(),
  );
}

export function optional(inner: Field): Field {
  return { chain: (name, from) => inner.chain(name, from).optional() };
}

export function nullable(inner: Field): Field {
  return { chain: (name, from) => inner.chain(name, from).optional({ values: 'null' }) };
}

const chains = {
  body: new WeakMap<object, ValidationChain[]>(),
  query: new WeakMap<object, ValidationChain[]>(),
};

/** Made once for each set of fields: making them costs more than running them. */
function chainsOf<T>(fields: Fields<T>, from: 'body' | 'query'): ValidationChain[] {
  let made = chains[from].get(fields);
  if (!made) {
    made = Object.entries<Field>(fields).map(([name, rule]) => rule.chain(name, from));
    chains[from].set(fields, made);
  }
  return made;
}

/** Reads and checks a body or the query. Throws ValidationError with one entry per failed rule. */
export async function validate<T>(
  fields: Fields<T>,
  req: Request,
  from: 'body' | 'query' = 'body',
): Promise<T> {
  if (from === 'body' && (typeof req.body !== 'object' || req.body === null || Array.isArray(req.body))) {
    if (req.body !== undefined) throw new ValidationError([{ message: 'The body must be a JSON object' }]);
  }
  for (const chain of chainsOf(fields, from)) await chain.run(req); // one after the other keeps the order of errors
  const result = validationResult(req);
  if (!result.isEmpty()) {
    throw new ValidationError(
      result.array().map((error): FieldError => ({
        message: String(error.msg),
        ...(error.type === 'field' && { field: error.path }),
      })),
    );
  }
  const values = matchedData<Record<string, unknown>>(req, { locations: [from], includeOptionals: true });
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
