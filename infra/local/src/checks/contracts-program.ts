// npm run docs:contracts: docs/openapi.yaml is complete.
import { join } from 'node:path';
import { root } from '../system.ts';
import { lintContract } from './lint-contract.ts';

const problems = (await lintContract(join(root, 'docs/openapi.yaml'))).map(
  (problem) => `docs/openapi.yaml ${problem}`,
);
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
