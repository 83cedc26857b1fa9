import { survivesFaults } from '../../test/event-bus-contract.ts';

survivesFaults('nats-streaming');
