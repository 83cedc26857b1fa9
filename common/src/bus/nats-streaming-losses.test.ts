import { reportsLosses } from '../../test/event-bus-contract.ts';

reportsLosses('nats-streaming');
