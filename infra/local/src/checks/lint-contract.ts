import { createConfig, lint } from '@redocly/openapi-core';

/** Returns where an OpenAPI or AsyncAPI description breaks a rule of Redocly's `recommended` set, warnings included. */
export async function lintContract(file: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lint({ ref: file, config });
  return problems.map(({ ruleId, message, location }) => {
    const [place] = location;
    return `${place?.pointer ?? '#/'}: ${message} (${ruleId})`;
  });
}
