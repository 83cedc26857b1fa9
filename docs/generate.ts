/**
 * Writes docs/events.md and docs/asyncapi.yaml from common/src/events.ts and from what each service publishes and listens to,
 * client/src/lib/api-types.ts from docs/openapi.yaml, the users of the brokers in the cluster from
 * common/src/event-owners.ts, and the dashboards from infra/local/src/monitoring/dashboards.ts.
 * With --check it writes nothing and fails when a file differs from what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { eventOwners } from '../common/src/event-owners.ts';
import type { EventName } from '../common/src/events.ts';
import { events } from '../common/src/events.ts';
import { clusterUsersConfig } from '../infra/local/src/broker-users.ts';
import { dashboards, grafanaDashboard } from '../infra/local/src/monitoring/dashboards.ts';
import { apiTypes } from './api-types.ts';
import { asyncApi } from './asyncapi.ts';
import { commentOf, consumersOf, eventGroups, observersOf } from './event-flow.ts';

type Property = {
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: string[];
  anyOf?: Property[];
  properties?: Record<string, Property>;
  required?: string[];
  items?: Property;
};

const root = join(import.meta.dirname, '..');

function publisherOf(name: EventName): string {
  return name === 'resync:requested' ? 'a service that may have lost events' : eventOwners[name].join(', ');
}

function typeOf(property: Property): string {
  if (property.anyOf) return property.anyOf.map(typeOf).join(' or ');
  if (property.enum) return property.enum.map((word) => `\`${word}\``).join(', ');
  if (property.format === 'date-time') return 'time (ISO 8601 UTC)';
  if (property.pattern === '^[0-9a-f]{24}$') return 'id (24 hex digits)';
  if (property.type === 'array') return `list of ${property.items ? typeOf(property.items) : 'anything'}`;
  return Array.isArray(property.type) ? property.type.join(' or ') : (property.type ?? 'anything');
}

function rows(schema: Property, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const object = property.properties ? property : property.anyOf?.find((one) => one.properties);
    const optional = schema.required?.includes(name) ? '' : '?';
    return [
      `| \`${prefix}${name}${optional}\` | ${object ? (property.anyOf ? 'object or null' : 'object') : typeOf(property)} |`,
      ...(object ? rows(object, `${prefix}${name}.`) : []),
    ];
  });
}

function section(names: EventName[]): string {
  const [first] = names;
  if (!first) return '';
  const schema = z.toJSONSchema(events[first], { io: 'output' }) as Property;
  const heads = names.map((name) => {
    const consumers = consumersOf(name).join(', ');
    const observers = observersOf(name).join(', ');
    const by = publisherOf(name);
    const readers = [consumers && `consumed by ${consumers}`, observers && `observed by ${observers}`];
    return `- **\`${name}\`** — ${commentOf(name)} Published by ${[by, ...readers].filter(Boolean).join('; ')}.`;
  });
  return [...heads, '', '| field | is |', '| --- | --- |', ...rows(schema)].join('\n');
}

const page = `# Events

Generated from \`common/src/events.ts\` and the services' sources by \`npm run docs\`; do not edit.

Every event travels as a CloudEvents 1.0 envelope in JSON on the NATS Streaming channel of its name:
\`{specversion, id, source, type, subject, time, datacontenttype, traceparent?, replay?, data}\`. \`id\` is
\`<aggregate>:<aggregate id>:<version>\` and stays the same when the event is published again; \`subject\` is the
aggregate's id; \`data\` is its full public state. Amounts are integer minor units.

Publishers may add optional fields, enum values and events in a later version: ignore fields that you do not know, and leave an
event with a type or an enum value that you do not know unacknowledged, so that it is delivered again. The order of roll-out is in
[upgrading.md](upgrading.md), examples of every event are in \`common/fixtures/events\`.

${eventGroups().map(section).join('\n\n')}
`;

const generated = {
  'docs/events.md': page,
  'docs/asyncapi.yaml': await asyncApi(),
  'client/src/lib/api-types.ts': await apiTypes(join(root, 'docs/openapi.yaml')),
  'infra/k8s/base/nats/users.conf': clusterUsersConfig('nats-streaming'),
  'infra/k8s/components/jetstream/users.conf': clusterUsersConfig('jetstream'),
  ...Object.fromEntries(
    dashboards.map((dashboard) => [
      `infra/k8s/components/monitoring/dashboards/${dashboard.uid}.json`,
      grafanaDashboard(dashboard),
    ]),
  ),
};
const isCheck = process.argv.includes('--check');
for (const [name, text] of Object.entries(generated)) {
  const file = join(root, name);
  if (!isCheck) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`${relative(process.cwd(), file)} is not up to date: run npm run docs\n`);
    process.exitCode = 1;
  }
}
