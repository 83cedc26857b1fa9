import { generateKeyPair } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const file = join(import.meta.dirname, '../../../node_modules/.cache/ticketing/test-key.pem');

/**
 * Gives all test files one key that signs sessions, and keeps it for the next run: creating one costs a tenth of a
 * second or more. common/src/testing.ts reads it.
 */
export default async function createTestKey() {
  if (!existsSync(file)) await writeKey();
  process.env.TEST_JWT_PRIVATE_KEY ??= readFileSync(file, 'utf8');
}

/** Another run at the same moment must not read half a key. */
async function writeKey() {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  renameSync(`${file}.${process.pid}`, file);
}
