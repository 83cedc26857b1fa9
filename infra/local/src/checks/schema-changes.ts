import type { FlatSchema, JsonSchema } from './json-schema.ts';
import { flatten, lowerLimits, upperLimits } from './json-schema.ts';

/**
 * Who reads what a schema describes: our programs (`request`), other programs (`response`), or both, of an earlier and
 * of a later version (`event`).
 */
export type Direction = 'request' | 'response' | 'event';

/**
 * Returns the changes of a schema that break a program written for the earlier version: a field that is removed, a field
 * that became required of a writer or optional for a reader, and values that a reader does not expect. An enum of an
 * event may get values, because readers leave those to a later version (decision 32).
 */
export function schemaChanges(
  before: JsonSchema,
  after: JsonSchema,
  direction: Direction,
  path = '',
): string[] {
  const [old, now] = [flatten(before), flatten(after)];
  const fields = Object.entries(old.properties ?? {}).flatMap(([name, schema]) => {
    const other = now.properties?.[name];
    const field = `${path}.${name}`;
    return other ? schemaChanges(schema, other, direction, field) : [`${field}: removed`];
  });
  const items = old.items && now.items ? schemaChanges(old.items, now.items, direction, `${path}[]`) : [];
  return [
    ...valueChanges(old, now, direction, path),
    ...requiredChanges(old, now, direction, path),
    ...fields,
    ...items,
  ];
}

function requiredChanges(old: FlatSchema, now: FlatSchema, direction: Direction, path: string): string[] {
  const added = (now.required ?? []).filter((name) => !old.required?.includes(name));
  const removed = (old.required ?? []).filter(
    (name) => now.properties?.[name] && !now.required?.includes(name),
  );
  return [
    ...(direction === 'response' ? [] : added.map((name) => `${path}.${name}: required now`)),
    ...(direction === 'request' ? [] : removed.map((name) => `${path}.${name}: optional now`)),
  ];
}

function valueChanges(old: FlatSchema, now: FlatSchema, direction: Direction, path: string): string[] {
  const narrowed = direction === 'response' ? [] : restrictions(old, now);
  const widened = direction === 'request' ? [] : restrictions(now, old);
  const isAllowed = direction === 'event' && old.values && now.values;
  return [
    ...narrowed.map((what) => `${path || '.'}: narrowed, ${what}`),
    ...widened
      .filter((what) => !(isAllowed && what.startsWith('value ')))
      .map((what) => `${path || '.'}: widened, ${what}`),
  ];
}

/** What `wide` allows and `narrow` does not. */
function restrictions(wide: FlatSchema, narrow: FlatSchema): string[] {
  return [
    ...typeRestrictions(wide, narrow),
    ...valueRestrictions(wide, narrow),
    ...lowerLimits.filter((limit) => (narrow[limit] ?? -Infinity) > (wide[limit] ?? -Infinity)),
    ...upperLimits.filter((limit) => (narrow[limit] ?? Infinity) < (wide[limit] ?? Infinity)),
    ...(['pattern', 'format'] as const).filter(
      (name) => narrow[name] !== undefined && narrow[name] !== wide[name],
    ),
  ];
}

function typeRestrictions({ types: wide }: FlatSchema, { types: narrow }: FlatSchema): string[] {
  if (!narrow) return [];
  if (!wide) return ['any type'];
  const allows = (type: string) => narrow.includes(type) || (type === 'integer' && narrow.includes('number'));
  return wide.filter((type) => !allows(type)).map((type) => `type ${type}`);
}

function valueRestrictions({ values: wide }: FlatSchema, { values: narrow }: FlatSchema): string[] {
  if (!narrow) return [];
  if (!wide) return ['any value'];
  return wide.filter((value) => !narrow.includes(value)).map((value) => `value ${String(value)}`);
}
