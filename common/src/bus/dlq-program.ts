// Manages the dead letters of a service that stores them in MongoDB: node dist/dlq.js --help
import { Mongoose } from 'mongoose';
import { mongoEnv, parseEnv } from '../env.ts';
import { mongoTls } from '../store/mongo.ts';
import { mongoDeadLetters } from '../store/mongo-dead-letters.ts';
import { runDlq } from './dlq.ts';

await runDlq(async (env) => {
  const db = new Mongoose();
  const { MONGO_URI, MONGO_CA } = parseEnv(mongoEnv, env);
  await db.connect(MONGO_URI, { ...mongoTls(MONGO_CA), serverSelectionTimeoutMS: 5_000 });
  return { ...mongoDeadLetters(db), close: () => db.disconnect() };
});
