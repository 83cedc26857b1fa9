import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

type Answer = { content?: Record<string, { schema: object }>; $ref?: string };
type Operation = { responses: Record<string, Answer> };
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Answer> };
};

const file = join(import.meta.dirname, '../../docs/openapi.yaml');
const description = parse(readFileSync(file, 'utf8')) as Description;
const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: 'openapi', ...description });

/** Literal paths before templates, as in the routers. */
const templates = Object.keys(description.paths)
  .sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
  .map((template) => ({ template, matches: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`) }));

function pointer(...parts: string[]) {
  return `openapi#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
}

/** What an answer violates of docs/openapi.yaml, or undefined when it is as described or not described at all. */
export function violation(method: string, path: string, status: number, body: unknown): string | undefined {
  const found = templates.find(({ matches }) => matches.test(path));
  const operation = found && description.paths[found.template]?.[method.toLowerCase()];
  if (!operation) return undefined;
  const key = operation.responses[status] ? String(status) : 'default';
  const answer = operation.responses[key];
  if (!answer || (key === 'default' && status < 400))
    return `${method} ${path}: status ${status} is not described`;
  const name = answer.$ref?.split('/').at(-1);
  const resolved = name ? description.components.responses[name] : answer;
  if (!resolved?.content?.['application/json']) return undefined;
  const at = name
    ? pointer('components', 'responses', name, 'content', 'application/json', 'schema')
    : pointer(
        'paths',
        found.template,
        method.toLowerCase(),
        'responses',
        key,
        'content',
        'application/json',
        'schema',
      );
  const validate = ajv.getSchema(at) ?? ajv.compile({ $ref: at });
  return validate(body) ? undefined : `${method} ${path} (${status}): ${ajv.errorsText(validate.errors)}`;
}
