import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { eventReader, readEvent } from './check-event.ts';
import type { EventName } from './events.ts';
import { eventNames, events } from './events.ts';

type Example = { type: EventName; data: unknown };
type JsonSchema = {
  anyOf?: JsonSchema[];
  enum?: string[];
  properties?: Record<string, JsonSchema>;
};

const folder = join(__dirname, '../fixtures/events');
const files = readdirSync(folder).flatMap((version) =>
  readdirSync(join(folder, version)).map((file) => `${version}/${file}`),
);
const examplesIn = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Example[];
const examples = files.flatMap(examplesIn);

/** `payment.dispute.status` for each field, and `payment.dispute.status=won` for each value of an enum. */
function featuresOf({ anyOf = [], enum: values = [], properties = {} }: JsonSchema, path = ''): string[] {
  return [
    ...values.map((value) => `${path}=${value}`),
    ...anyOf.flatMap((schema) => featuresOf(schema, path)),
    ...Object.entries(properties).flatMap(([name, schema]) => [
      `${path}.${name}`,
      ...featuresOf(schema, `${path}.${name}`),
    ]),
  ];
}

function featuresIn(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return [path, `${path}=${value}`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => featuresIn(inner, `${path}.${name}`))];
}

describe('the events of every release', () => {
  it.each(files)('are read by this version: %s', (file) => {
    for (const example of examplesIn(file)) {
      expect(file).toContain(`/${example.type.replace(':', '-')}.json`);
      expect(() => readEvent(example)).not.toThrow();
    }
  });

  it.each(eventNames)('include every field and value of %s', (name) => {
    const schema = z.toJSONSchema(events[name], { io: 'output' }) as JsonSchema;
    const covered = new Set(
      examples.filter(({ type }) => type === name).flatMap(({ data }) => featuresIn(data)),
    );

    expect(featuresOf(schema).filter((feature) => !covered.has(feature))).toEqual([]);
  });

  it('are not read once a field of theirs has another type', () => {
    const changed = { 'user:updated': events['user:updated'].extend({ sellingSuspended: z.string() }) };

    const example = examples.find(({ type }) => type === 'user:updated');
    expect(() => eventReader(changed)(example)).toThrow(/sellingSuspended/);
  });
});
