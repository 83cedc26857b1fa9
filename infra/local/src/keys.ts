import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type StripeKeys = { secretKey: string; publishableKey: string; webhookSecret: string };
export type Keys = { privateKeyFile: string; publicKeyFile: string; stripe: StripeKeys };

/** The session signing keys and the emulator's secrets in this folder. Creates them at first, readable by this user only. */
export function readKeys(folder: string): Keys {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  if (!existsSync(file('jwt-public.pem')) || !existsSync(file('jwt-private.pem'))) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    writeSecret(file('jwt-private.pem'), privateKey);
    writeSecret(file('jwt-public.pem'), publicKey);
  }
  if (!existsSync(file('stripe.json'))) {
    const secret = (prefix: string) => `${prefix}_${randomBytes(24).toString('hex')}`;
    const keys: StripeKeys = {
      secretKey: secret('sk_test'),
      publishableKey: secret('pk_test'),
      webhookSecret: secret('whsec'),
    };
    writeSecret(file('stripe.json'), JSON.stringify(keys, null, 2));
  }
  const stripe = JSON.parse(readFileSync(file('stripe.json'), 'utf8')) as StripeKeys;
  return { privateKeyFile: file('jwt-private.pem'), publicKeyFile: file('jwt-public.pem'), stripe };
}

export function writeSecret(file: string, content: string) {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
