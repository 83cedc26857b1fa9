import { newId } from '@ticketing/common';
import type { AuditEntry } from './audit-chain.ts';
import { nextEntry, verifyChain } from './audit-chain.ts';

const anAction = () => ({
  id: newId(),
  at: '2026-11-28T09:00:00.000Z',
  source: 'tickets',
  operatorId: newId(),
  action: 'listing_taken_down' as const,
  target: newId(),
  reason: 'a forged ticket',
});

function aChain(length: number): AuditEntry[] {
  const chain: AuditEntry[] = [];
  for (let i = 0; i < length; i++) chain.push(nextEntry(anAction(), chain.at(-1)));
  return chain;
}

/** A copy of the chain with another entry `sequence`. */
const changed = (chain: AuditEntry[], sequence: number, changes: Partial<AuditEntry>) =>
  chain.map((entry) => (entry.sequence === sequence ? { ...entry, ...changes } : entry));
/** A copy whose hashes are computed again from entry `sequence` on, as someone who controls the database can. */
function rewritten(chain: AuditEntry[], sequence: number, reason: string): AuditEntry[] {
  const copy: AuditEntry[] = [];
  for (const { _id: id, sequence: at, previousHash: _p, hash: _h, ...action } of chain)
    copy.push(nextEntry({ id, ...action, ...(at === sequence && { reason }) }, copy.at(-1)));
  return copy;
}

describe('verifyChain', () => {
  it('verifies every entry and returns the last one', async () => {
    const chain = aChain(3);

    expect(await verifyChain(chain)).toEqual({ head: { sequence: 3, hash: chain[2]?.hash } });
    expect(await verifyChain([])).toEqual({ head: { sequence: 0, hash: '0'.repeat(64) } });
  });

  it.each(['_id', 'at', 'source', 'operatorId', 'action', 'target', 'reason'] as const)(
    'finds the entry whose %s was changed',
    async (field) => {
      const chain = aChain(4);

      expect(await verifyChain(changed(chain, 2, { [field]: 'another' }))).toMatchObject({
        head: { sequence: 1 },
        broken: { sequence: 2, problem: expect.stringMatching(/changed/) },
      });
    },
  );

  it('finds the first entry that is missing, moved or inserted', async () => {
    const chain = aChain(4);
    const [one, two, three, four] = chain as [AuditEntry, AuditEntry, AuditEntry, AuditEntry];
    const broken = async (entries: AuditEntry[]) => (await verifyChain(entries)).broken?.sequence;

    expect(await broken([two, three])).toBe(1);
    expect(await broken([one, three, four])).toBe(2);
    expect(await broken([one, two, { ...four, sequence: 3 }])).toBe(3);
    expect(await broken([one, nextEntry(anAction(), one), three])).toBe(3);
  });

  it('finds a chain that was cut or rewritten from the heads that were known', async () => {
    const chain = aChain(4);
    const known = [chain[2] as AuditEntry];

    expect(await verifyChain(chain, known)).not.toHaveProperty('broken');
    expect((await verifyChain(chain.slice(0, 2), known)).broken).toEqual({
      sequence: 3,
      problem: 'is missing, although entry 3 was known',
    });
    const forged = rewritten(chain, 2, 'nothing happened');
    expect(await verifyChain(forged)).not.toHaveProperty('broken');
    expect((await verifyChain(forged, known)).broken?.sequence).toBe(3);
  });
});
