import type { Request } from 'express';
import type { ValidationChain } from 'express-validator';
import { body, query } from 'express-validator';
import { canonicalEmail } from '../email.ts';
import type { FieldError } from '../errors.ts';
import { ValidationError } from '../errors.ts';
import { lengthOf, normalizeText, textProblem } from '../text.ts';
import { isId } from './http.ts';

/**
 * The rules for the fields of a request, checked by express-validator. `T` is the validated result. `validate` refuses
 * fields of a body that have no rule; a value of another JSON type fails the field's first check.
 */
export type Fields<T> = { [K in keyof T]-?: Field };
/** The rule for one field: returns the validated value, or what is wrong with it. `all` are the unchecked fields. */
export type Field = (value: unknown, all: Values) => Checked | Promise<Checked>;

type Values = Record<string, unknown>;
type Checked = { value: unknown } | { problem: string };

const isText = (value: unknown): value is string => typeof value === 'string';

const problems = {
  surrogate: 'contains half of a character',
  control: 'must not contain control characters',
  bidi: 'must not contain characters that change the direction of text',
} as const;

/**
 * A text that a person types: `min` (default 1) to `max` Unicode code points, normalized by `normalizeText`, so with
 * `min` at least 1 it has a visible character. Refuses what `textProblem` names. `lines` allows line breaks. `name` starts
 * the error message.
 */
export function text(options: { min?: number; max: number; name: string; lines?: boolean }): Field {
  const { min = 1, max, name, lines = false } = options;
  const lengthProblem =
    min > 0 ? `${name} must have ${min} to ${max} characters` : `${name} may have at most ${max} characters`;
  return (given) => {
    if (!isText(given)) return { problem: `${name} must be text` };
    const problem = textProblem(given, { lines });
    if (problem) return { problem: `${name} ${problems[problem]}` };
    const value = normalizeText(given);
    const length = lengthOf(value);
    return length >= min && length <= max ? { value } : { problem: lengthProblem };
  };
}

/** A string of `min` to `max` characters that is not trimmed, such as a password. Refuses half of a surrogate pair. */
export function rawText({ min = 0, max, name }: { min?: number; max: number; name: string }): Field {
  return (value) => {
    if (!isText(value)) return { problem: `${name} must be text` };
    if (value.length < min || value.length > max)
      return { problem: `${name} must have ${min} to ${max} characters` };
    return textProblem(value) === 'surrogate' ? { problem: `${name} ${problems.surrogate}` } : { value };
  };
}

/** An id in a body: 24 hex digits. */
export function id(message: string): Field {
  return custom(isId, message);
}

/** One of `words`. */
export function oneOf(words: readonly string[], message: string): Field {
  return custom((value) => isText(value) && words.includes(value), message);
}

/** Any value that `test` accepts. `message` says what the value must be; `convert` returns the validated value. */
export function custom(
  test: (value: unknown) => boolean,
  message: string,
  convert: (value: unknown) => unknown = (value) => value,
): Field {
  return (value) => (test(value) ? { value: convert(value) } : { problem: message });
}

const address = body().isLength({ max: 254 }).isEmail();

/** An e-mail address of up to 254 characters in its canonical form; see `canonicalEmail`. */
export function email(message: string): Field {
  return async (given) => {
    const isClean = isText(given) && textProblem(given) === undefined;
    const value = isClean ? canonicalEmail(given) : undefined;
    const isAddress = value && (await address.run({ body: value }, { dryRun: true })).isEmpty();
    return isAddress ? { value } : { problem: message };
  };
}

/** The field may be absent. */
export function optional(inner: Field): Field {
  return (value, all) => (value === undefined ? { value } : inner(value, all));
}

/** The field may be absent or null; null clears it. */
export function nullable(inner: Field): Field {
  return (value, all) => (value === undefined || value === null ? { value } : inner(value, all));
}

type Validated = { values: Values; errors: FieldError[] };

async function checkAll(fields: Record<string, Field>, all: Values): Promise<Validated> {
  const values: Values = {};
  const errors: FieldError[] = [];
  for (const [field, check] of Object.entries(fields)) {
    const checked = await check(all[field], all);
    if ('problem' in checked) errors.push({ message: checked.problem, field });
    else if (checked.value !== undefined) values[field] = checked.value;
  }
  return { values, errors };
}

const chains = {
  body: new WeakMap<object, ValidationChain>(),
  query: new WeakMap<object, ValidationChain>(),
};

/**
 * One chain for all fields, built once. A chain of express-validator costs 4 µs of CPU to run, whatever it checks, and
 * one with several steps for each field of a listing cost 140.
 */
function chainOf<T>(fields: Fields<T>, from: 'body' | 'query'): ValidationChain {
  let chain = chains[from].get(fields);
  if (!chain) {
    chain = (from === 'body' ? body() : query())
      .customSanitizer((all: Values | undefined) => checkAll(fields, all ?? {}))
      .custom(({ errors }: Validated) => errors.length === 0)
      .withMessage(({ errors }: Validated) => errors);
    chains[from].set(fields, chain);
  }
  return chain;
}

/** The fields of a request that needs no body: an empty object is accepted too. */
export const noFields: Fields<object> = {};

const MAX_UNKNOWN = 20;
const MAX_NAME = 100;

/**
 * One error for each field of a body that has no rule, up to 20. Dropping such a field without a word would answer a
 * request for 4 tickets with one, or a partial refund with a whole one.
 */
function unknownFields(fields: object, body: unknown): FieldError[] {
  return Object.keys(body ?? {})
    .filter((name) => !Object.hasOwn(fields, name))
    .slice(0, MAX_UNKNOWN)
    .map((name) => name.slice(0, MAX_NAME))
    .map((field) => ({ field, message: `${field} is not a field of this request`, code: 'unknown_field' }));
}

/**
 * Validates the body or the query of a request. Throws ValidationError with one entry for each failed rule and, of a
 * body, for each field without a rule.
 */
export async function validate<T>(
  fields: Fields<T>,
  req: Request,
  from: 'body' | 'query' = 'body',
): Promise<T> {
  if (from === 'body' && (typeof req.body !== 'object' || req.body === null || Array.isArray(req.body))) {
    if (req.body !== undefined) throw new ValidationError([{ message: 'The body must be a JSON object' }]);
  }
  // Not stored in the request: the sanitizer would replace the body, and nothing reads the results there.
  const result = await chainOf(fields, from).run(req, { dryRun: true });
  const errors = result.array().flatMap(({ msg }) => msg as FieldError[]);
  if (from === 'body') errors.push(...unknownFields(fields, req.body));
  if (errors.length > 0) throw new ValidationError(errors);
  return (result.context.getData()[0]?.value as Validated).values as T;
}
