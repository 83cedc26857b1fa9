import { readFileSync } from 'node:fs';
import asyncApiSchema from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' };
import { createConfig, lint } from '@redocly/openapi-core';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

/** Returns where an OpenAPI or AsyncAPI description breaks a rule of Redocly's `recommended` set, warnings included. */
export async function lintContract(file: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lint({ ref: file, config });
  return problems.map(({ ruleId, message, location }) => {
    const [place] = location;
    return `${place?.pointer ?? '#/'}: ${message} (${ruleId})`;
  });
}

// The schema contains the one of JSON Schema, which Ajv would otherwise add a second time.
const ajv = new Ajv({
  strict: false,
  meta: false,
  validateSchema: false,
  validateFormats: false,
  allErrors: true,
});
const isAsyncApi = ajv.compile(asyncApiSchema);

/** Returns where an AsyncAPI 3.0 description differs from the schema that the AsyncAPI initiative publishes. */
export function validateAsyncApi(file: string): string[] {
  if (isAsyncApi(parse(readFileSync(file, 'utf8')))) return [];
  return (isAsyncApi.errors ?? []).map(
    ({ instancePath, message }) => `#${instancePath}: ${message} (schema)`,
  );
}
