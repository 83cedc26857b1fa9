// npm run docs:routes: fails for a route of a service that docs/openapi.yaml does not describe, and the other way round.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import services from '../services.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const methods = ['get', 'post', 'put', 'patch', 'delete'];

const described = Object.entries(parse(readFileSync(join(root, 'docs/openapi.yaml'), 'utf8')).paths).flatMap(
  ([path, operations]) =>
    Object.keys(operations)
      .filter((method) => methods.includes(method))
      .map((method) => routeOf(method, path.replaceAll(/\{[^}]+\}/g, ':'))),
);
const served = Object.entries(services)
  .filter(([, { store }]) => store === 'mongodb')
  .flatMap(([service]) => {
    const app = readFileSync(join(root, service, 'src/app.ts'), 'utf8');
    return [...app.matchAll(/app\.(\w+)\(\s*'([^']+)'/g)].map(([, method, path]) =>
      routeOf(method, path.replaceAll(/:\w+/g, ':')),
    );
  });

const problems = [
  ...served.filter((route) => !described.includes(route)).map((route) => `docs/openapi.yaml lacks ${route}`),
  ...described.filter((route) => !served.includes(route)).map((route) => `no service serves ${route}`),
];
for (const problem of problems) console.error(problem);
if (served.length === 0) problems.push('no route found');
console.log(`${served.length} routes, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

function routeOf(method, path) {
  return `${method.toUpperCase()} ${path}`;
}
