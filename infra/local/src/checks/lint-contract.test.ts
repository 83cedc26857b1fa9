import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { lintContract, validateAsyncApi } from './lint-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'contract-'));
afterAll(() => rmSync(folder, { recursive: true }));

const operation = {
  operationId: 'showTicket',
  summary: 'Show a ticket',
  security: [],
  responses: { 200: { description: 'The ticket' }, 404: { description: 'No such ticket' } },
};

function fileWith(description: object): string {
  const file = join(folder, 'description.yaml');
  writeFileSync(file, stringify(description));
  return file;
}

function openApi(operation: object): string {
  return fileWith({
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths: { '/api/ticket': { get: operation } },
  });
}

function asyncApi(channel: object): string {
  return fileWith({
    asyncapi: '3.0.0',
    info: {
      title: 'Events',
      version: '1.0.0',
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
    },
    servers: { broker: { host: 'nats-srv:4222', protocol: 'nats' } },
    channels: { 'ticket:created': channel },
  });
}

describe('lintContract of an OpenAPI description', () => {
  it('returns nothing for a complete operation', async () => {
    expect(await lintContract(openApi(operation))).toEqual([]);
  });

  it.each([
    ['operationId', 'operation-operationId'],
    ['summary', 'operation-summary'],
    ['security', 'security-defined'],
  ])('names an operation without %s', async (field, rule) => {
    const { [field]: _, ...rest } = operation as Record<string, unknown>;

    expect(await lintContract(openApi(rest))).toContainEqual(
      expect.stringMatching(new RegExp(`^#/paths/~1api~1ticket/get.*\\(${rule}\\)$`)),
    );
  });
});

describe('validation of an AsyncAPI description', () => {
  it('returns nothing for a valid channel', async () => {
    const file = asyncApi({
      address: 'ticket:created',
      messages: { event: { payload: { type: 'object' } } },
    });

    expect(validateAsyncApi(file)).toEqual([]);
    expect(await lintContract(file)).toEqual([]);
  });

  it('names a field that AsyncAPI does not have', () => {
    expect(validateAsyncApi(asyncApi({ adress: 'ticket:created' }))).toContain(
      '#/channels/ticket:created: must NOT have additional properties (schema)',
    );
  });
});
