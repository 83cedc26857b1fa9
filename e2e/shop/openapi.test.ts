import type { ObservedResponse } from './openapi.ts';
import { findContractViolation } from './openapi.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };
const id = '0123456789abcdef01234567';

function observed({
  headers = json,
  ...response
}: Partial<Omit<ObservedResponse, 'headers'>> & { headers?: Record<string, string> }): ObservedResponse {
  return {
    method: 'GET',
    path: '/api/users/currentuser',
    status: 200,
    body: { currentUser: null },
    headers: new Headers(headers),
    ...response,
  };
}

const error = { errors: [{ message: 'Not found' }], requestId: 'r' };

describe('findContractViolation', () => {
  it.each<[string, Parameters<typeof observed>[0]]>([
    ['a described body', {}],
    ['an error that only "default" describes', { status: 404, body: error }],
    ['a path with an id', { path: `/api/tickets/${id}`, status: 404, body: error }],
    [
      'no body where none is described',
      { method: 'DELETE', path: `/api/orders/${id}`, status: 204, body: '', headers: {} },
    ],
    [
      'a described header',
      {
        method: 'POST',
        path: '/api/users/signin',
        status: 429,
        body: error,
        headers: { ...json, 'retry-after': '1' },
      },
    ],
  ])('returns undefined for %s', (_, response) => {
    expect(findContractViolation(observed(response))).toBeUndefined();
  });

  it.each<[string, Parameters<typeof observed>[0], string]>([
    [
      'an undescribed route',
      { path: '/api/nowhere', status: 404, body: error },
      'the route is not described',
    ],
    ['an undescribed method', { method: 'PATCH' }, 'the route is not described'],
    ['an undescribed success status', { status: 206 }, 'status 206 is not described'],
    ['a redirect', { status: 302, body: '', headers: {} }, 'status 302 is not described'],
    ['a missing field', { body: {} }, "must have required property 'currentUser'"],
    [
      'an undescribed field',
      { body: { currentUser: null, admin: true } },
      'must NOT have additional properties',
    ],
    [
      'an error without a request id',
      { status: 404, body: { errors: error.errors } },
      "required property 'requestId'",
    ],
    [
      'an undescribed content type',
      { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } },
      'the content type "text/html" is not described',
    ],
    [
      'a body where none is described',
      { method: 'DELETE', path: `/api/orders/${id}`, status: 204, body: {} },
      'a body is not described',
    ],
    [
      'a missing Retry-After',
      { method: 'POST', path: '/api/users/signin', status: 429, body: error },
      'the header Retry-After is missing',
    ],
  ])('names %s', (_, response, violation) => {
    expect(findContractViolation(observed(response))).toContain(violation);
  });
});
