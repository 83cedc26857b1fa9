/** The part of JSON Schema that the descriptions of the HTTP API and of the events use. */
export type JsonSchema = {
  description?: string;
  allOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  pattern?: string;
  format?: string;
} & Partial<Record<Limit, number>>;

export type Limit = (typeof lowerLimits)[number] | (typeof upperLimits)[number];
export const lowerLimits = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const;
export const upperLimits = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const;

/** A schema without combinations at its top. `types` and `values` are undefined where all are allowed. */
export type FlatSchema = Omit<JsonSchema, 'allOf' | 'oneOf' | 'anyOf' | 'type' | 'enum' | 'const'> & {
  types: string[] | undefined;
  values: unknown[] | undefined;
};

/**
 * Returns a document with every reference such as `#/components/schemas/Ticket` replaced by what it leads to. Throws when
 * one leads nowhere or into itself.
 */
export function inlineReferences(document: object): unknown {
  function inline(value: unknown, within: string[]): unknown {
    if (Array.isArray(value)) return value.map((item) => inline(item, within));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as Record<string, unknown>;
    const fields = Object.entries(rest).map(([name, inner]) => [name, inline(inner, within)] as const);
    const others = Object.fromEntries(fields);
    if (typeof $ref !== 'string') return others;
    if (within.includes($ref)) throw new Error(`${$ref} contains itself`);
    const target = inline(find(document, $ref), [...within, $ref]);
    return fields.length > 0 ? { allOf: [target, others] } : target;
  }
  return inline(document, []);
}

function find(document: object, reference: string): unknown {
  const parts = reference.replace(/^#\//, '').split('/');
  const names = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const found = names.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    document,
  );
  if (found === undefined) throw new Error(`${reference} does not exist`);
  return found;
}

/** Merges `allOf`, and reads a union with null as a type. Throws for other unions. */
export function flatten(schema: JsonSchema): FlatSchema {
  const { allOf = [], oneOf, anyOf, type, enum: options, const: constant, ...rest } = schema;
  const values = constant === undefined ? options : [constant];
  const types = type === undefined ? values && typesOf(values) : [type].flat();
  const parts = [
    ...allOf.map(flatten),
    ...[oneOf, anyOf].filter((union) => union !== undefined).map(nullable),
  ];
  return parts.reduce(merge, { ...rest, types, values });
}

function typesOf(values: unknown[]): string[] {
  return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
}

function nullable(union: JsonSchema[]): FlatSchema {
  const isNull = ({ type }: JsonSchema) => type === 'null';
  const [schema, ...others] = union.filter((option) => !isNull(option));
  if (!schema || others.length > 0) throw new Error('Only unions with null can be compared');
  const { types, values, ...rest } = flatten(schema);
  if (!union.some(isNull)) return { types, values, ...rest };
  return { ...rest, types: types && [...types, 'null'], values: values && [...values, null] };
}

function merge(a: FlatSchema, b: FlatSchema): FlatSchema {
  const names = Object.keys({ ...a.properties, ...b.properties });
  const both = (name: string) => [a, b].flatMap(({ properties }) => properties?.[name] ?? []);
  return {
    ...b,
    ...a,
    types: common(a.types, b.types),
    values: common(a.values, b.values),
    ...(names.length > 0 && {
      properties: Object.fromEntries(names.map((name) => [name, { allOf: both(name) }])),
    }),
    required: [...(a.required ?? []), ...(b.required ?? [])],
  };
}

function common<T>(a: T[] | undefined, b: T[] | undefined): T[] | undefined {
  return a && b ? a.filter((value) => b.includes(value)) : (a ?? b);
}
