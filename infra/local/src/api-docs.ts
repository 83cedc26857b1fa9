import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { parse } from 'yaml';
import { requestId } from '../../../common/src/http/plain-response.ts';
import type { FlatSchema, JsonSchema } from './checks/json-schema.ts';
import { flatten, inlineReferences } from './checks/json-schema.ts';

type Content = Record<string, { schema: JsonSchema }>;
type Parameter = { name: string; in: string; required?: boolean; description?: string; schema: JsonSchema };
type Operation = {
  operationId: string;
  summary: string;
  description?: string;
  tags: [string];
  security: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
};
type Description = {
  info: { title: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation> & { parameters?: Parameter[] }>;
};

const style = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
h2, h3 { margin-top: 3rem }
code { font-size: .95em }
td code { overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
th, td { text-align: start; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8886 }
summary { cursor: pointer; padding: .2rem 0 }`;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Responds with docs/openapi.yaml as a page, as the file is at this moment. */
export function sendApiDocs(req: IncomingMessage, res: ServerResponse, root: string): void {
  const description = parse(readFileSync(join(root, 'docs/openapi.yaml'), 'utf8')) as object;
  res.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'x-request-id': requestId(req),
    'x-content-type-options': 'nosniff',
  });
  res.end(renderApiDocs(description));
}

/** An OpenAPI description that passes `npm run docs:contracts` as an HTML page without scripts. */
export function renderApiDocs(description: object): string {
  const { info, tags, paths } = inlineReferences(description) as Description;
  const operations = Object.entries(paths).flatMap(([path, { parameters = [], ...item }]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, parameters, operation })),
  );
  const groups = tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(info.title)}: HTTP API</title>
<style>${style}</style>
<h1>${escaped(info.title)}: HTTP API</h1>
${prose(info.description)}
<nav><ul>${groups.map(({ name, operations }) => `<li>${escaped(name)}<ul>${operations.map(link).join('')}</ul>`).join('')}</ul></nav>
<main>${groups.map(({ description, operations }) => `<h2>${escaped(description)}</h2>${operations.map(section).join('')}`).join('')}</main>
</html>
`;
}

type Described = { path: string; method: string; parameters: Parameter[]; operation: Operation };

function link({ path, method, operation }: Described): string {
  return `<li><a href="#${operation.operationId}">${name(method, path)}</a> ${escaped(operation.summary)}`;
}

function section({ path, method, parameters, operation }: Described): string {
  const all = [...parameters, ...(operation.parameters ?? [])];
  const rows = all.map((one) => row(one.name, one.required, one.schema, `in ${one.in}`, one.description));
  return `<section id="${operation.operationId}">
<h3>${name(method, path)}</h3>
<p>${escaped(operation.summary)}. ${access(operation.security)}</p>
${prose(operation.description)}
${table('Parameters', rows)}
${contents('Body', operation.requestBody?.content)}
${Object.entries(operation.responses)
  .map(
    ([status, { description, content }]) =>
      `<details><summary><strong>${status}</strong> ${inline(description)}</summary>${contents('Fields', content)}</details>`,
  )
  .join('\n')}
</section>`;
}

function name(method: string, path: string): string {
  return `<code>${method.toUpperCase()} ${escaped(path)}</code>`;
}

function access(security: Record<string, unknown>[]): string {
  const needed = security.map((schemes) => Object.keys(schemes).join(' and '));
  if (needed.length === 0) return 'Public.';
  return needed.includes('') ? 'Public; a session shows more.' : `Requires ${needed.join(' or ')}.`;
}

function contents(title: string, content: Content = {}): string {
  return Object.entries(content)
    .map(([type, { schema }]) => table(`${title}, <code>${escaped(type)}</code>`, fields(schema)))
    .join('');
}

/** A row for each field at any depth; one row for a schema that is no object. */
function fields(schema: JsonSchema, path = ''): string[] {
  const { properties, required, items } = flatten(schema);
  if (items) return fields(items, `${path}[]`);
  if (!properties) return path.endsWith(']') ? [row(path, true, schema)] : [];
  return Object.entries(properties).flatMap(([field, inner]) => {
    const at = path ? `${path}.${field}` : field;
    return [row(at, required?.includes(field), inner), ...fields(inner, at)];
  });
}

function table(title: string, rows: string[]): string {
  return rows.length > 0 ? `<table><caption>${title}</caption>${rows.join('')}</table>` : '';
}

function row(name: string, required = false, schema: JsonSchema, place = '', description?: string): string {
  const flat = flatten(schema);
  const facts = [place, required ? 'required' : 'optional', typeOf(flat)].filter(Boolean).join(', ');
  return `<tr><th scope="row"><code>${escaped(name)}</code><td>${escaped(facts)}<td>${inline(description ?? flat.description ?? '')}`;
}

function typeOf({ types, values, format, pattern, ...rest }: FlatSchema): string {
  const limits = Object.entries(rest).filter(([, value]) => typeof value === 'number');
  const facts = limits.map(([limit, value]) => `${limit} ${value as number}`);
  const kind = values ? values.map(String).join(' | ') : (types ?? ['any']).join(' or ');
  return [kind, format, pattern, ...facts].filter(Boolean).join(', ');
}

function prose(text = ''): string {
  return text
    .split('\n\n')
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('\n');
}

/** Text with `code` between backticks. */
function inline(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
