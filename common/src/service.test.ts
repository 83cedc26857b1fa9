import request from 'supertest';
import { serviceApp } from './service.ts';
import { metricValue, silentLog } from './testing.ts';

describe('serviceApp', () => {
  let isFull = true;
  const app = serviceApp(
    {
      config: { trustProxy: 0, publicOrigins: ['https://shop.example'] },
      readSession: () => undefined,
      log: silentLog,
      outbox: { isFull: () => isFull },
    },
    (app) => {
      app.all('/things', (_req, res) => void res.sendStatus(200));
    },
    { beforeBody: (app) => void app.post('/webhook', (_req, res) => void res.sendStatus(200)) },
  );

  it.each(['post', 'put', 'delete'] as const)(
    'returns 503 to %s while the outbox is full',
    async (method) => {
      const refused = await request(app)[method]('/things');

      expect(refused.status).toBe(503);
      expect(refused.headers['retry-after']).toBe('1');
      expect(refused.body.errors).toEqual([{ message: expect.any(String), code: 'overloaded' }]);
      isFull = false;
      await request(app)[method]('/things').expect(200);
      isFull = true;
    },
  );

  it('counts the requests that a full outbox refuses', async () => {
    const hits = () => metricValue('ticketing_limit_hits_total', { limit: 'events_waiting' });
    const before = (await hits()) ?? NaN;

    await request(app).post('/things').expect(503);
    await request(app).get('/things').expect(200);

    expect(await hits()).toBe(before + 1);
  });

  it('answers reads and webhooks while the outbox is full', async () => {
    await request(app).get('/things').expect(200);
    await request(app).head('/things').expect(200);
    await request(app).post('/webhook').expect(200);
  });
});
