import { register } from 'prom-client';
import { limitCounter } from './metrics.ts';

async function hits(limit: string): Promise<number | undefined> {
  const metric = await register.getSingleMetric('ticketing_limit_hits_total')?.get();
  return metric?.values.find(({ labels }) => labels['limit'] === limit)?.value;
}

describe('limitCounter', () => {
  it('exists with 0 before the first hit and counts each hit of its own limit', async () => {
    const hit = limitCounter('sign_ups_of_client');
    limitCounter('sign_ins_of_client');
    expect(await hits('sign_ups_of_client')).toBe(0);

    hit();
    hit();

    expect(await hits('sign_ups_of_client')).toBe(2);
    expect(await hits('sign_ins_of_client')).toBe(0);
  });
});
