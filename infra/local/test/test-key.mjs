import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * Creates the key that signs sessions in tests, once for all test files: creating one costs a tenth of a second, and
 * each test file would need its own. common/src/testing.ts reads it.
 */
export default async function createTestKey() {
  if (process.env.TEST_JWT_PRIVATE_KEY) return;
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  process.env.TEST_JWT_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' });
}
