import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { mongo } from 'mongoose';

/**
 * A lower bound for the services: bare node:http and the MongoDB driver, with the database work that no design can
 * avoid and journaled writes, but without sessions, validation and events. What the services use beyond this is their
 * own overhead.
 */
type Ticket = { _id: string; createdAt: Date };
type Order = {
  _id: string;
  ticketId: string;
  reservationKey: string;
  reservationSeq: number;
  status: string;
  createdAt: Date;
};

const client = await new mongo.MongoClient(process.env['MONGO_URI'] ?? '', {
  writeConcern: { w: 'majority', journal: true },
  maxPoolSize: 50,
}).connect();
const db = client.db();
await db.dropDatabase();
const tickets = db.collection<Ticket>('tickets');
const orders = db.collection<Order>('orders');
await tickets.createIndex({ createdAt: -1 });
await orders.createIndex({ reservationKey: 1 }, { unique: true });
await orders.createIndex({ ticketId: 1, reservationSeq: -1 });

const newId = () => new mongo.ObjectId().toHexString();

async function list(): Promise<[number, unknown]> {
  return [200, await tickets.find().sort({ createdAt: -1 }).limit(100).toArray()];
}

async function show(id: string): Promise<[number, unknown]> {
  const ticket = await tickets.findOne({ _id: id });
  return [ticket ? 200 : 404, ticket];
}

async function create(body: object): Promise<[number, unknown]> {
  const ticket = { ...body, _id: newId(), createdAt: new Date() };
  await tickets.insertOne(ticket);
  return [201, ticket];
}

async function order({ ticketId }: { ticketId: string }): Promise<[number, unknown]> {
  const ticket = await tickets.findOne({ _id: ticketId });
  const latest = await orders.findOne({ ticketId }, { sort: { reservationSeq: -1 } });
  if (!ticket || latest) return [409, { reserved: true }];
  const created = {
    _id: newId(),
    ticketId,
    reservationKey: ticketId,
    reservationSeq: 1,
    status: 'created',
    createdAt: new Date(),
  };
  try {
    await orders.insertOne({ ...created, ticket } as Order);
    return [201, created];
  } catch {
    return [409, { reserved: true }];
  }
}

async function route(req: IncomingMessage, body: string): Promise<[number, unknown]> {
  const [, resource, id] = (req.url ?? '').split('/');
  if (resource === 'constant') return [200, { currentUser: null }];
  if (req.method === 'POST') {
    const fields = JSON.parse(body) as { ticketId: string };
    return resource === 'orders' ? order(fields) : create(fields);
  }
  return id ? show(id) : list();
}

function handle(req: IncomingMessage, res: ServerResponse) {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    void route(req, Buffer.concat(chunks).toString()).then(([status, content]) => {
      const text = JSON.stringify(content);
      res.writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
      });
      res.end(text);
    });
  });
}

createServer(handle).listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
