import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const header = '// Generated from docs/openapi.yaml by npm run docs; do not edit.\n\n';

/** The TypeScript types of the schemas in an OpenAPI description; the client uses nothing else of it. */
export async function apiTypes(descriptionFile: string): Promise<string> {
  const nodes = await openapiTS(pathToFileURL(descriptionFile));
  const schemas = nodes.filter((node) => ts.isInterfaceDeclaration(node) && node.name.text === 'components');
  const style = await resolveConfig(descriptionFile);
  return format(header + astToString(schemas), { ...style, parser: 'typescript' });
}
