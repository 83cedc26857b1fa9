// npm run docs:contracts: docs/openapi.yaml and docs/asyncapi.yaml are valid, complete, and break no program that was
// written for the last release (docs/released).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../system.ts';
import type { AsyncApi, OpenApi } from './contract-changes.ts';
import { eventChanges, httpChanges } from './contract-changes.ts';
import { inlineReferences } from './json-schema.ts';
import { lintContract, validateAsyncApi } from './lint-contract.ts';

type Accepted = { change: string; reason: string };

const docs = join(root, 'docs');
const openApi = join(docs, 'openapi.yaml');
const asyncApi = join(docs, 'asyncapi.yaml');

function read(file: string): unknown {
  return parse(readFileSync(join(docs, file), 'utf8'));
}
const contract = <T>(file: string) => inlineReferences(read(file) as object) as T;

const invalid = [
  ...(await lintContract(openApi)).map((problem) => `openapi.yaml ${problem}`),
  ...(await lintContract(asyncApi)).map((problem) => `asyncapi.yaml ${problem}`),
  ...validateAsyncApi(asyncApi).map((problem) => `asyncapi.yaml ${problem}`),
];
const changes = [
  ...httpChanges(contract<OpenApi>('released/openapi.yaml'), contract<OpenApi>('openapi.yaml')),
  ...eventChanges(contract<AsyncApi>('released/asyncapi.yaml'), contract<AsyncApi>('asyncapi.yaml')),
];
const accepted = read('released/accepted.yaml') as Accepted[];
const isAccepted = (change: string) => accepted.some((one) => one.change === change && one.reason);

const problems = [
  ...invalid,
  ...changes.filter((change) => !isAccepted(change)).map((change) => `breaking: ${change}`),
  ...accepted
    .filter(({ change }) => !changes.includes(change))
    .map(({ change }) => `released/accepted.yaml: nothing changes "${change}", remove the entry`),
];
for (const problem of problems) process.stdout.write(`${problem}\n`);
if (changes.length > accepted.length)
  process.stdout.write('\ndocs/released/README.md describes what to do about breaking changes.\n');
process.exitCode = problems.length > 0 ? 1 : 0;
