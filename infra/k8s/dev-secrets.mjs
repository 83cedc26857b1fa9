// Creates the files from which the overlay `dev` generates its Secrets, unless they exist. Skaffold runs this before it
// renders. Of two runs at once, the first to create a file decides what both render.
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'overlays/dev/platform/secrets');
const random = () => randomBytes(24).toString('hex');
const env = (values) =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

mkdirSync(folder, { recursive: true, mode: 0o700 });
if (!existsSync(join(folder, 'private.pem'))) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeOnce('private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
}
const publicKey = createPublicKey(readFileSync(join(folder, 'private.pem')));
writeOnce('public.pem', publicKey.export({ type: 'spki', format: 'pem' }));
for (const service of ['auth', 'tickets', 'orders', 'payments']) {
  const password = random();
  const uri = `mongodb://${service}:${password}@${service}-mongo-srv:27017/${service}?authSource=admin`;
  writeOnce(`${service}-mongo.env`, env({ password, uri }));
  writeOnce(`${service}-mongo-root.env`, env({ password: random() }));
}
writeOnce('expiration-redis.env', env({ url: `redis://:${random()}@expiration-redis-srv:6379` }));
const [, redisPassword] = /:([^:@]+)@/.exec(readFileSync(join(folder, 'expiration-redis.env'), 'utf8'));
writeOnce('expiration-redis.conf', `requirepass ${redisPassword}\n`);
for (const user of ['operator', 'auth', 'tickets', 'orders', 'payments', 'expiration'])
  // It starts with a letter, because the broker would read one such as 1e5 as a number.
  writeOnce(`nats-${user}.env`, env({ password: `p${random()}` }));
const { STRIPE_KEY, STRIPE_PUBLISHABLE_KEY, STRIPE_WEBHOOK_SECRET } = process.env;
if (STRIPE_KEY) write('stripe.env', stripe(STRIPE_KEY, STRIPE_PUBLISHABLE_KEY, STRIPE_WEBHOOK_SECRET));
else writeOnce('stripe.env', stripe(`sk_test_${random()}`, `pk_test_${random()}`, `whsec_${random()}`));

function stripe(key, publishableKey, webhookSecret) {
  if (!publishableKey || !webhookSecret)
    throw new Error('STRIPE_KEY is set, so set STRIPE_PUBLISHABLE_KEY and STRIPE_WEBHOOK_SECRET as well');
  return env({ key, 'publishable-key': publishableKey, 'webhook-secret': webhookSecret });
}

/** Creates the file with all of its content, unless it exists. */
function writeOnce(name, content) {
  const file = join(folder, name);
  if (existsSync(file)) return;
  const draft = `${name}.${process.pid}`;
  write(draft, content);
  try {
    linkSync(join(folder, draft), file);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(join(folder, draft));
  }
}

function write(name, content) {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
}
