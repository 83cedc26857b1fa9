// The facts of tickets for a timeline: node dist/ops.js --help
import { runMongoOps } from '@ticketing/common/ops';
import { db } from './db.ts';
import { readFacts } from './facts.ts';

await runMongoOps('tickets', db, readFacts);
