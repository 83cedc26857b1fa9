import type { Logger } from '@ticketing/common';
import { configOrExit, connectMongo, createLogger } from '@ticketing/common';
import { readOperatorConfig } from './config.ts';
import { db } from './db.ts';

/** Connects an operator's program, whose standard output is its result, to auth's database. The caller disconnects `db`. */
export async function connectToStore(name: string): Promise<Logger> {
  const config = configOrExit(() => readOperatorConfig());
  const log = createLogger(name, config.logLevel, { fd: 2 });
  await connectMongo(db, config.mongoUri, log, { ca: config.mongoCa });
  return log;
}
