// npm run docs:contracts: docs/openapi.yaml and docs/asyncapi.yaml are valid and complete.
import { join } from 'node:path';
import { root } from '../system.ts';
import { lintContract, validateAsyncApi } from './lint-contract.ts';

const http = join(root, 'docs/openapi.yaml');
const events = join(root, 'docs/asyncapi.yaml');

const problems = {
  'docs/openapi.yaml': await lintContract(http),
  'docs/asyncapi.yaml': [...validateAsyncApi(events), ...(await lintContract(events))],
};
for (const [file, found] of Object.entries(problems))
  for (const problem of found) {
    process.stdout.write(`${file} ${problem}\n`);
    process.exitCode = 1;
  }
