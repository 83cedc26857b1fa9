import { z } from 'zod';

/** Marks the issue of a value that a later version may have added to an enum. */
const UNKNOWN_VALUE = { isUnknownValue: true };

/**
 * The schema for reading what another version wrote: it removes the fields that `schema` does not have, at every depth,
 * and reports values that an enum does not have in a way that `unknownValuesOnly` recognizes. All else stays as strict.
 * Throws for a kind of schema that may contain others and has no case here.
 */
export function tolerant(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries<z.core.$ZodType>(schema.shape);
    const fields = Object.fromEntries(shape.map(([name, field]) => [name, tolerant(field)]));
    return z.object(fields);
  }
  if (schema instanceof z.ZodOptional) return tolerant(schema.unwrap()).optional();
  if (schema instanceof z.ZodNullable) return tolerant(schema.unwrap()).nullable();
  if (schema instanceof z.ZodArray) return schema.clone({ ...schema.def, element: tolerant(schema.element) });
  if (schema instanceof z.ZodEnum) {
    const known = new Set<unknown>(schema.options);
    return z.string().refine((value) => known.has(value), {
      error: 'is not a value that this version knows',
      params: UNKNOWN_VALUE,
    });
  }
  if (scalars.some((kind) => schema instanceof kind)) return schema as z.ZodType;
  throw new Error(`a schema of the kind ${schema._zod.def.type} has no tolerant form yet`);
}

/** These contain no other schema. A literal too: another value of it is not an addition but another format. */
const scalars = [z.ZodString, z.ZodStringFormat, z.ZodNumber, z.ZodBoolean, z.ZodLiteral];

/** Whether the values that an enum does not have are all that is wrong. */
export function unknownValuesOnly({ issues }: z.ZodError): boolean {
  return issues.every((issue) => issue.code === 'custom' && issue.params === UNKNOWN_VALUE);
}
