import type { Logger } from '@ticketing/common';
import { canonicalEmail, duplicateKey } from '@ticketing/common';
import { mergeFailures } from './failures.ts';
import { users } from './user.ts';

/**
 * Gives every account the canonical form of its address (`emailKey`), oldest first, and failed sign-ins that form too. Runs
 * at each start before auth serves requests; idempotent, also while another replica runs it. Where two accounts have one
 * canonical address, the older one gets it, and the other is marked with `collidesWith`: both can still sign in. Such
 * accounts are logged at each start until an operator has resolved them (docs/troubleshooting.md).
 */
export async function canonicalizeEmails(log: Logger): Promise<void> {
  const without = { emailKey: { $exists: false }, collidesWith: { $exists: false } };
  for await (const { _id, email } of users.find(without).sort({ createdAt: 1, _id: 1 }))
    await canonicalize(_id, canonicalEmail(email) ?? email);
  for await (const { _id, collidesWith } of users.find({ collidesWith: { $gt: '' } })) {
    const holder = await users.findOne({ emailKey: collidesWith ?? '' });
    log.error({ userId: _id, otherUserId: holder?._id }, 'two accounts have the same e-mail address');
  }
  await mergeFailures();
}

async function canonicalize(_id: string, emailKey: string): Promise<void> {
  try {
    await users.updateOne({ _id, collidesWith: { $exists: false } }, { $set: { emailKey } });
  } catch (error) {
    if (duplicateKey(error) !== 'email_key') throw error;
    await users.updateOne({ _id, emailKey: { $exists: false } }, { $set: { collidesWith: emailKey } });
  }
}
