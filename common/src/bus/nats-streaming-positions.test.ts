import { comparesPositions } from '../../test/event-bus-contract.ts';

comparesPositions('nats-streaming');
