import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { z } from 'zod';
import { publishedEnvelope } from '../common/src/check-event.ts';
import { eventOwners } from '../common/src/event-owners.ts';
import type { EventName } from '../common/src/events.ts';
import { eventNames, events } from '../common/src/events.ts';
import serviceList from '../services.json' with { type: 'json' };
import { commentOf, consumersOf, eventGroups, observersOf } from './event-flow.ts';

const common = join(import.meta.dirname, '../common/package.json');
const { version } = JSON.parse(readFileSync(common, 'utf8')) as { version: string };

const schemaNames = new Map(
  eventGroups().flatMap((group) => group.map((name) => [name, schemaNameOf(group)] as const)),
);

/** `Ticket` for the events that have the whole ticket, `UserUpdated` for an event with a schema of its own. */
function schemaNameOf([first = '', ...others]: string[]): string {
  const [noun = ''] = first.split(':');
  return (others.length > 0 ? noun : first).replaceAll(/(?:^|[:-])(\w)/g, (_, initial: string) =>
    initial.toUpperCase(),
  );
}

/**
 * The schema for a reader: without `additionalProperties: false`, because later versions add fields, and without the
 * expression that Zod adds to the format of a time.
 */
function schemaOf(schema: z.ZodType) {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: 'output',
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return described;
}

function message(name: EventName) {
  const properties = {
    type: { const: name },
    source: { enum: eventOwners[name] },
    data: { $ref: `#/components/schemas/${schemaNames.get(name)}` },
  };
  return {
    name,
    title: name,
    summary: commentOf(name),
    contentType: 'application/cloudevents+json',
    payload: { allOf: [{ $ref: '#/components/schemas/Envelope' }, { type: 'object', properties }] },
  };
}

function operations(name: EventName): [string, object][] {
  const channel = { $ref: `#/channels/${name}` };
  const one =
    (action: 'send' | 'receive', verb: string, summary: string) =>
    (service: string): [string, object] => [
      `${service}.${verb}.${name}`,
      { action, channel, summary: `${service} ${summary}`, tags: [{ $ref: `#/components/tags/${service}` }] },
    ];
  return [
    ...eventOwners[name].map(one('send', 'publish', 'publishes the event')),
    ...consumersOf(name).map(one('receive', 'consume', 'handles the event once, in one of its processes')),
    ...observersOf(name).map(one('receive', 'observe', 'receives the event in every process')),
  ];
}

const info = {
  title: 'Events of the ticket marketplace',
  version,
  license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
  description: [
    'Every event is a CloudEvents 1.0 envelope in JSON on the channel of its name. `id` is',
    '`<aggregate>:<aggregate id>:<version>` and stays the same when the event is published again; `data` is the full',
    'public state of the aggregate. Amounts are integer minor units. Publishers may add optional fields, enum values and',
    'events in a later version: ignore fields that you do not know, and leave an event with a type or an enum value that',
    'you do not know unacknowledged, so that it is delivered again.',
  ].join(' '),
};

/** The AsyncAPI description of all events, as text: channels, messages, and which service publishes and receives each. */
export async function asyncApi(): Promise<string> {
  const description = {
    asyncapi: '3.0.0',
    info,
    defaultContentType: 'application/cloudevents+json',
    servers: {
      broker: {
        host: 'nats-srv:4222',
        protocol: 'nats',
        description: 'NATS Streaming, or JetStream. Each service is a user with permissions for its events.',
        security: [{ $ref: '#/components/securitySchemes/user' }],
      },
    },
    channels: Object.fromEntries(
      eventNames.map((name) => [
        name,
        { address: name, messages: { event: { $ref: `#/components/messages/${schemaNameOf([name])}` } } },
      ]),
    ),
    operations: Object.fromEntries(eventNames.flatMap(operations)),
    components: {
      securitySchemes: { user: { type: 'userPassword' } },
      tags: Object.fromEntries(
        Object.keys(serviceList).map((name) => [name, { name, description: `The service ${name}` }]),
      ),
      messages: Object.fromEntries(eventNames.map((name) => [schemaNameOf([name]), message(name)])),
      schemas: {
        Envelope: schemaOf(publishedEnvelope),
        ...Object.fromEntries([...schemaNames].map(([name, schema]) => [schema, schemaOf(events[name])])),
      },
    },
  };
  const style = await resolveConfig(common);
  const header = '# Generated from common/src/events.ts by npm run docs; do not edit.\n';
  return format(header + stringify(description, { aliasDuplicateObjects: false }), {
    ...style,
    parser: 'yaml',
  });
}
