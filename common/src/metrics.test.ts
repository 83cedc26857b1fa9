import { register } from 'prom-client';
import { closedCounter, limitCounter } from './metrics.ts';

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

describe('closedCounter', () => {
  it('exists with 0 for each value, and counts an unknown or missing value as other', async () => {
    const count = closedCounter({
      name: 'fruit_total',
      help: 'Fruit',
      label: 'kind',
      values: ['apple', 'pear'],
    });
    const counts = async () =>
      Object.fromEntries(
        ((await register.getSingleMetric('fruit_total')?.get())?.values ?? []).map(({ labels, value }) => [
          labels['kind'],
          value,
        ]),
      );
    expect(await counts()).toEqual({ apple: 0, pear: 0, other: 0 });

    for (const value of ['pear', 'apple', 'apple', '6740c0ffee', undefined]) count(value);

    expect(await counts()).toEqual({ apple: 2, pear: 1, other: 2 });
  });
});
