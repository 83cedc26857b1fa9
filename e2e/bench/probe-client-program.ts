import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, Call } from './load.ts';
import { createHttpClient } from './load.ts';

const call = JSON.parse(process.argv[2] ?? '') as Call;
const { send, close } = createHttpClient(1);
const answers: Answer[] = [];
let isStopped = false;
process.once('message', () => (isStopped = true));
process.send?.('started');
while (!isStopped) {
  answers.push(await send(call));
  await wait(20);
}
close();
process.send?.(answers, () => process.disconnect());
