// npm run docs:routes: fails for a route of a service that docs/openapi.yaml does not describe, and the other way round.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import services from '../services.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const methods = ['get', 'post', 'put', 'patch', 'delete'];

const { paths, components } = parse(readFileSync(join(root, 'docs/openapi.yaml'), 'utf8'));
/** The routes that every service has are described once: their first segment is a parameter. */
const servicePaths = components.parameters.Service.schema.enum;
const described = Object.entries(paths).flatMap(([path, operations]) =>
  Object.keys(operations)
    .filter((method) => methods.includes(method))
    .flatMap((method) =>
      (path.includes('{service}') ? servicePaths : ['']).map((service) =>
        routeOf(method, path.replace('{service}', service).replaceAll(/\{[^}]+\}/g, ':')),
      ),
    ),
);
const sourceOf = (file) => readFileSync(join(root, 'common/src', file), 'utf8');
const ofDeadLetters = [
  ...sourceOf('dead-letter-routes.ts').matchAll(/app\.(\w+)\((?:all|`\$\{all\}([^`]*)`),/g),
];
const others = ['operator-routes.ts', 'ops/facts-route.ts'].flatMap((file) => [
  ...sourceOf(file).matchAll(/app\.(\w+)\(`\$\{path\}([^`]+)`,/g),
]);
/** What addOperatorRoutes adds to every service. */
const forOperators = [
  ...ofDeadLetters.map(([, method, path = '']) => [method, `/admin/dead-letters${path}`]),
  ...others.map(([, method, path]) => [method, path]),
];
const served = Object.entries(services)
  .filter(([, { store }]) => store === 'mongodb')
  .flatMap(([service]) => {
    const app = readFileSync(join(root, service, 'src/app.ts'), 'utf8');
    const own = [...app.matchAll(/app\.(\w+)\(\s*'([^']+)'/g)].map(([, method, path]) => [method, path]);
    const [, base] = /addOperatorRoutes\(\s*app,\s*'([^']+)'/.exec(app) ?? [];
    const ofAll = base ? forOperators.map(([method, path]) => [method, base + path]) : [];
    return [...own, ...ofAll].map(([method, path]) => routeOf(method, path.replaceAll(/:\w+/g, ':')));
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
