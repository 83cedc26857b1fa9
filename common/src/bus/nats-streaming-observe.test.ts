import { observesEvents } from '../../test/event-bus-contract.ts';

observesEvents('nats-streaming');
