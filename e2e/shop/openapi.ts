import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

type Header = { required?: boolean };
type Content = Record<string, { schema: object }>;
type DescribedResponse = { content?: Content; headers?: Record<string, Header>; $ref?: string };
type Operation = { responses: Record<string, DescribedResponse> };
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, DescribedResponse> };
};

/** A response as the shop sent it; `body` is parsed where it is JSON, text otherwise. */
export type ObservedResponse = {
  method: string;
  path: string;
  status: number;
  headers: Headers;
  body: unknown;
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

/**
 * Returns how a response differs from docs/openapi.yaml: its route, status, headers, content type or body is not
 * described. Returns undefined when all of them are as described.
 */
export function findContractViolation(observed: ObservedResponse): string | undefined {
  const { method, path, status, headers, body } = observed;
  const template = templates.find(({ matches }) => matches.test(path))?.template;
  const operation = template && description.paths[template]?.[method.toLowerCase()];
  if (!operation) return `${method} ${path}: the route is not described`;
  const key = operation.responses[status] ? String(status) : 'default';
  const found = operation.responses[key];
  // `default` describes errors only: every success has a status of its own.
  if (!found || (key === 'default' && status < 400))
    return `${method} ${path}: status ${status} is not described`;

  const name = found.$ref?.split('/').at(-1);
  const response = name ? description.components.responses[name] : found;
  const location = name
    ? ['components', 'responses', name]
    : ['paths', template, method.toLowerCase(), 'responses', key];
  const wrong =
    findMissingHeader(response?.headers, headers) ??
    findBodyViolation(response?.content, location, headers.get('content-type'), body);
  return wrong && `${method} ${path} (${status}): ${wrong}`;
}

function findMissingHeader(described: Record<string, Header> = {}, headers: Headers): string | undefined {
  const missing = Object.entries(described).find(([name, { required }]) => required && !headers.has(name));
  return missing && `the header ${missing[0]} is missing`;
}

function findBodyViolation(
  content: Content | undefined,
  location: string[],
  contentType: string | null,
  body: unknown,
): string | undefined {
  if (!content) return body === '' ? undefined : 'a body is not described';
  const mediaType = contentType?.split(';')[0] ?? '';
  if (!content[mediaType]) return `the content type "${mediaType}" is not described`;
  const reference = pointer(...location, 'content', mediaType, 'schema');
  const validate = ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
  return validate(body) ? undefined : ajv.errorsText(validate.errors);
}

function pointer(...parts: string[]): string {
  return `openapi#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
}
