import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { lintContract } from './lint-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'contract-'));
afterAll(() => rmSync(folder, { recursive: true }));

const operation = {
  operationId: 'showTicket',
  summary: 'Show a ticket',
  security: [],
  responses: { 200: { description: 'The ticket' }, 404: { description: 'No such ticket' } },
};

function described(operation: object): string {
  const file = join(folder, 'openapi.yaml');
  const description = {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths: { '/api/ticket': { get: operation } },
  };
  writeFileSync(file, stringify(description));
  return file;
}

describe('lintContract', () => {
  it('returns nothing for a complete operation', async () => {
    expect(await lintContract(described(operation))).toEqual([]);
  });

  it.each([
    ['operationId', 'operation-operationId'],
    ['summary', 'operation-summary'],
    ['security', 'security-defined'],
  ])('names an operation without %s', async (field, rule) => {
    const { [field]: _, ...rest } = operation as Record<string, unknown>;

    expect(await lintContract(described(rest))).toContainEqual(
      expect.stringMatching(new RegExp(`^#/paths/~1api~1ticket/get.*\\(${rule}\\)$`)),
    );
  });
});
