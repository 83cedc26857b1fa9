import type { OpenApi } from './contract-changes.ts';
import { eventChanges, httpChanges } from './contract-changes.ts';

type Operation = NonNullable<OpenApi['paths'][string]['put']>;

const text = { type: 'string' } as const;
const json = { 'application/json': { schema: { type: 'object', properties: { a: text } } } };
const described: Operation = {
  operationId: 'updateTicket',
  security: [{}, { session: [] }],
  parameters: [{ name: 'q', in: 'query', schema: text }],
  requestBody: { content: json },
  responses: {
    200: { content: json, headers: { 'X-Total-Count': { required: true } } },
    404: { content: json },
  },
};
const ok = described.responses?.['200'];

const changesTo = (operation: Operation) =>
  httpChanges({ paths: { '/t': { put: described } } }, { paths: { '/t': { put: operation } } });

describe('httpChanges', () => {
  it('finds nothing where nothing changes', () => {
    expect(changesTo(described)).toEqual([]);
  });

  it('finds a removed path', () => {
    expect(httpChanges({ paths: { '/t': { put: described } } }, { paths: {} })).toEqual(['PUT /t removed']);
  });

  it('finds a removed operation', () => {
    const after = { paths: { '/t': { get: described } } };

    expect(httpChanges({ paths: { '/t': { put: described } } }, after)).toEqual(['PUT /t removed']);
  });

  it.each<[string, Partial<Operation>, string]>([
    ['another operationId', { operationId: 'editTicket' }, 'operationId: changed'],
    ['a session that is required now', { security: [{ session: [] }] }, 'security: requires more'],
    ['a removed parameter', { parameters: [] }, 'query q: removed'],
    [
      'a parameter that became required',
      { parameters: [{ name: 'q', in: 'query', required: true, schema: text }] },
      'query q: required now',
    ],
    [
      'an added required parameter',
      {
        parameters: [
          ...(described.parameters ?? []),
          { name: 'key', in: 'header', required: true, schema: text },
        ],
      },
      'header key: required now',
    ],
    [
      'a parameter of a narrower type',
      { parameters: [{ name: 'q', in: 'query', schema: { enum: ['a'] } }] },
      'query q: narrowed, any value',
    ],
    ['a body that became required', { requestBody: { required: true, content: json } }, 'body: required now'],
    [
      'a removed content type of the body',
      { requestBody: { content: {} } },
      'body application/json: removed',
    ],
    [
      'a removed field of the body',
      { requestBody: { content: { 'application/json': { schema: { type: 'object' } } } } },
      'body.a: removed',
    ],
    ['a removed status', { responses: { 200: ok ?? {} } }, '404: removed'],
    [
      'a removed content type of a response',
      { responses: { ...described.responses, 404: {} } },
      '404 application/json: removed',
    ],
    [
      'a removed field of a response',
      {
        responses: {
          ...described.responses,
          404: { content: { 'application/json': { schema: { type: 'object' } } } },
        },
      },
      '404.a: removed',
    ],
    [
      'a header that became optional',
      { responses: { ...described.responses, 200: { content: json, headers: {} } } },
      '200 header X-Total-Count: optional now',
    ],
  ])('finds %s', (_, change, found) => {
    expect(changesTo({ ...described, ...change })).toEqual([`PUT /t ${found}`]);
  });

  it.each<[string, Partial<Operation>]>([
    [
      'an optional parameter',
      { parameters: [...(described.parameters ?? []), { name: 'x', in: 'query', schema: text }] },
    ],
    ['a status', { responses: { ...described.responses, 409: { content: json } } }],
    ['the session that is no longer required', { security: [] }],
  ])('allows to add %s', (_, change) => {
    expect(changesTo({ ...described, ...change })).toEqual([]);
  });

  it('compares the parameters of a path too', () => {
    const parameters = [{ name: 'id', in: 'path', required: true, schema: text }];
    const before = { paths: { '/t': { parameters, put: described } } };

    expect(httpChanges(before, { paths: { '/t': { put: described } } })).toEqual(['PUT /t path id: removed']);
  });
});

describe('eventChanges', () => {
  const channel = (payload: object) => ({
    channels: { 'user:updated': { messages: { event: { payload } } } },
  });
  const before = channel({ type: 'object', properties: { a: text } });

  it('finds a removed event', () => {
    expect(eventChanges(before, { channels: {} })).toEqual(['user:updated: removed']);
  });

  it('finds a removed field', () => {
    expect(eventChanges(before, channel({ type: 'object' }))).toEqual(['user:updated.a: removed']);
  });

  it('allows to add an optional field', () => {
    expect(eventChanges(channel({ type: 'object' }), before)).toEqual([]);
  });
});
