import type { Request } from 'express';
import type { ValidationChain } from 'express-validator';
import { body, matchedData, query, validationResult } from 'express-validator';
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
/** The rule for one field. */
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
  const message =
    min > 0 ? `${name} must have ${min} to ${max} characters` : `${name} may have at most ${max} characters`;
  return field(isText, `${name} must be text`, (chain) =>
    chain
      .custom((value: string) => {
        const problem = textProblem(value, { lines });
        if (problem) throw new Error(`${name} ${problems[problem]}`);
        return true;
      })
      .bail()
      .customSanitizer((value: unknown) => (typeof value === 'string' ? normalizeText(value) : value))
      .custom((value: string) => lengthOf(value) >= min && lengthOf(value) <= max)
      .withMessage(message),
  );
}

/** A string of `min` to `max` characters that is not trimmed, such as a password. Refuses half of a surrogate pair. */
export function rawText({ min = 0, max, name }: { min?: number; max: number; name: string }): Field {
  return field(isText, `${name} must be text`, (chain) =>
    chain
      .custom((value: string) => value.length >= min && value.length <= max)
      .withMessage(`${name} must have ${min} to ${max} characters`)
      .bail()
      .custom((value: string) => textProblem(value) !== 'surrogate')
      .withMessage(`${name} ${problems.surrogate}`),
  );
}

/** An id in a body: 24 hex digits. */
export function id(message: string): Field {
  return field(isId, message);
}

/** One of `words`. */
export function oneOf(words: readonly string[], message: string): Field {
  return field((value) => isText(value) && words.includes(value), message);
}

/** Any value that `test` accepts. `message` says what the value must be; `convert` returns the validated value. */
export function custom(
  test: (value: unknown) => boolean,
  message: string,
  convert: (value: unknown) => unknown = (value) => value,
): Field {
  return field(test, message, (chain) => chain.customSanitizer(convert));
}

/** An e-mail address of up to 254 characters in its canonical form; see `canonicalEmail`. */
export function email(message: string): Field {
  return field(isText, message, (chain) =>
    chain
      .custom((value: string) => textProblem(value) === undefined)
      .withMessage(message)
      .bail()
      .customSanitizer((value: unknown) =>
        typeof value === 'string' ? (canonicalEmail(value) ?? '') : value,
      )
      .isLength({ max: 254 })
      .withMessage(message)
      .bail()
      .isEmail()
      .withMessage(message),
  );
}

/** The field may be absent. */
export function optional(inner: Field): Field {
  return { chain: (name, from) => inner.chain(name, from).optional() };
}

/** The field may be absent or null; null clears it. */
export function nullable(inner: Field): Field {
  return { chain: (name, from) => inner.chain(name, from).optional({ values: 'null' }) };
}

const chains = {
  body: new WeakMap<object, ValidationChain[]>(),
  query: new WeakMap<object, ValidationChain[]>(),
};

/** Builds the chains once for each set of fields: building costs more than running. */
function chainsOf<T>(fields: Fields<T>, from: 'body' | 'query'): ValidationChain[] {
  let built = chains[from].get(fields);
  if (!built) {
    built = Object.entries<Field>(fields).map(([name, rule]) => rule.chain(name, from));
    chains[from].set(fields, built);
  }
  return built;
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
  for (const chain of chainsOf(fields, from)) await chain.run(req); // sequential, to keep the errors in order
  const errors = validationResult(req)
    .array()
    .map((error): FieldError => ({
      message: String(error.msg),
      ...(error.type === 'field' && { field: error.path }),
    }));
  if (from === 'body') errors.push(...unknownFields(fields, req.body));
  if (errors.length > 0) throw new ValidationError(errors);
  const values = matchedData<Record<string, unknown>>(req, { locations: [from], includeOptionals: true });
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
