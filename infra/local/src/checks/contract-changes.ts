import type { JsonSchema } from './json-schema.ts';
import type { Direction } from './schema-changes.ts';
import { schemaChanges } from './schema-changes.ts';

type Content = Record<string, { schema: JsonSchema }>;
type Parameter = { name: string; in: string; required?: boolean; schema: JsonSchema };
type Body = { required?: boolean; content: Content };
type Response = { content?: Content; headers?: Record<string, { required?: boolean }> };
type Operation = {
  operationId?: string;
  security?: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, Response>;
};
type PathItem = { parameters?: Parameter[] } & Partial<Record<(typeof methods)[number], Operation>>;
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** An OpenAPI description without references. */
export type OpenApi = { paths: Record<string, PathItem> };
/** An AsyncAPI description without references. */
export type AsyncApi = { channels: Record<string, { messages: Record<string, { payload: JsonSchema }> }> };

/** Returns the changes of the HTTP API that break a client of the earlier version. */
export function httpChanges(before: OpenApi, after: OpenApi): string[] {
  const later = operationsOf(after);
  return [...operationsOf(before)].flatMap(([name, old]) => {
    const now = later.get(name);
    const changes = now ? operationChanges(old, now) : ['removed'];
    return changes.map((change) => `${name} ${change}`);
  });
}

/** The operations by method and path, each with the parameters of its path. */
function operationsOf({ paths }: OpenApi): Map<string, Operation> {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      return [[`${method.toUpperCase()} ${path}`, { ...operation, parameters }] as const];
    }),
  );
  return new Map(all);
}

function operationChanges(old: Operation, now: Operation): string[] {
  return [
    ...(old.operationId === now.operationId ? [] : ['operationId: changed']),
    ...(isAllowedStill(old, now) ? [] : ['security: requires more']),
    ...parameterChanges(old, now),
    ...bodyChanges(old.requestBody, now.requestBody),
    ...responseChanges(old.responses ?? {}, now.responses ?? {}),
  ];
}

/** Whether credentials that were enough, by any of the alternatives, are enough still. */
function isAllowedStill(old: Operation, now: Operation): boolean {
  const alternatives = ({ security = [] }: Operation) =>
    (security.length > 0 ? security : [{}]).map((schemes) => Object.keys(schemes));
  return alternatives(old).every((credentials) =>
    alternatives(now).some((needed) => needed.every((scheme) => credentials.includes(scheme))),
  );
}

function parameterChanges(old: Operation, now: Operation): string[] {
  const [before, after] = [parametersOf(old), parametersOf(now)];
  const removed = [...before.keys()].filter((name) => !after.has(name));
  const required = [...after].filter(([name, one]) => one.required && !before.get(name)?.required);
  const changed = [...before].flatMap(([name, { schema }]) => {
    const other = after.get(name);
    return other ? schemaChanges(schema, other.schema, 'request', name) : [];
  });
  return [
    ...removed.map((name) => `${name}: removed`),
    ...required.map(([name]) => `${name}: required now`),
    ...changed,
  ];
}

function parametersOf({ parameters = [] }: Operation): Map<string, Parameter> {
  return new Map(parameters.map((one) => [`${one.in} ${one.name}`, one]));
}

function bodyChanges(old: Body | undefined, now: Body | undefined): string[] {
  return [
    ...(now?.required && !old?.required ? ['body: required now'] : []),
    ...contentChanges(old?.content, now?.content, 'request', 'body'),
  ];
}

function responseChanges(old: Record<string, Response>, now: Record<string, Response>): string[] {
  return Object.entries(old).flatMap(([status, before]) => {
    const after = now[status];
    if (!after) return [`${status}: removed`];
    const headers = Object.entries(before.headers ?? {}).filter(
      ([name, { required }]) => required && !after.headers?.[name]?.required,
    );
    return [
      ...headers.map(([name]) => `${status} header ${name}: optional now`),
      ...contentChanges(before.content, after.content, 'response', status),
    ];
  });
}

function contentChanges(old: Content = {}, now: Content = {}, direction: Direction, path: string): string[] {
  return Object.entries(old).flatMap(([type, { schema }]) => {
    const other = now[type];
    return other ? schemaChanges(schema, other.schema, direction, path) : [`${path} ${type}: removed`];
  });
}

/**
 * Returns the changes of the events that break services of the earlier version, or by which services of the later
 * version cannot read earlier events.
 */
export function eventChanges(before: AsyncApi, after: AsyncApi): string[] {
  return Object.entries(before.channels).flatMap(([name, { messages }]) =>
    Object.entries(messages).flatMap(([key, { payload }]) => {
      const other = after.channels[name]?.messages[key];
      return other ? schemaChanges(payload, other.payload, 'event', name) : [`${name}: removed`];
    }),
  );
}
