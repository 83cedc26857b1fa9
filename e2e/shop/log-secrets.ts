import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which of the secrets the logs of the programs contain, as `auth: the password`. `secrets` has values by description. */
export function findSecretsInLogs(folder: string, secrets: Record<string, string>): string[] {
  const logs = join(folder, 'logs');
  return readdirSync(logs).flatMap((file) => {
    const text = readFileSync(join(logs, file), 'utf8');
    return Object.entries(secrets)
      .filter(([, value]) => text.includes(value))
      .map(([what]) => `${file.replace(/\.log$/, '')}: ${what}`);
  });
}

/** The generated keys and passwords of a shop. Of a PEM block one line is enough: logs escape line breaks. */
export function keysOf(folder: string): Record<string, string> {
  const read = (file: string) => readFileSync(join(folder, 'keys', file), 'utf8');
  const { publishableKey, ...stripe } = JSON.parse(read('stripe.json')) as Record<string, string>;
  const broker = JSON.parse(read('broker.json')) as Record<string, string>;
  return {
    'the private key': read('jwt-private.pem').split('\n')[1] ?? '',
    ...described('of Stripe', stripe),
    ...described('of the broker', broker),
  };
}

function described(of: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${name} ${of}`, value]));
}
