import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { renderApiDocs } from './api-docs.ts';
import { root } from './system.ts';

const operation = {
  operationId: 'updateTicket',
  summary: 'Edit a <listing>',
  tags: ['tickets'],
  security: [{ session: [] }],
  requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Ticket' } } } },
  responses: { 200: { description: 'The `Ticket`' } },
};
const description = {
  info: { title: 'Shop', description: 'First.\n\nSecond.' },
  tags: [{ name: 'tickets', description: 'Listings' }],
  paths: {
    '/api/tickets/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      put: operation,
    },
  },
  components: {
    schemas: {
      Ticket: {
        type: 'object',
        required: ['title'],
        properties: { title: { type: 'string', maxLength: 200 }, seat: { type: ['string', 'null'] } },
      },
    },
  },
};

describe('the page of the HTTP API', () => {
  const page = renderApiDocs(description);

  it.each([
    ['a link to each operation', '<a href="#updateTicket"><code>PUT /api/tickets/{id}</code></a>'],
    ['what an operation requires', 'Requires session.'],
    ['the parameters of the path', '<code>id</code><td>in path, required, string'],
    ['a field of the body with its limits', '<code>title</code><td>required, string, maxLength 200'],
    ['a field that may be null', '<code>seat</code><td>optional, string or null'],
    ['paragraphs', '<p>First.</p>\n<p>Second.</p>'],
    ['code', 'The <code>Ticket</code>'],
    ['text without markup of its own', 'Edit a &#60;listing&#62;'],
  ])('has %s', (_, html) => {
    expect(page).toContain(html);
  });

  it('describes every operation of docs/openapi.yaml', () => {
    const text = readFileSync(join(root, 'docs/openapi.yaml'), 'utf8');
    const ids = [...text.matchAll(/operationId: (\w+)/g)].map(([, id]) => id);

    const html = renderApiDocs(parse(text) as object);

    expect(ids.length).toBeGreaterThan(0);
    expect([...html.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id).sort()).toEqual(ids.sort());
  });
});
