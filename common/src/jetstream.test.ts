import { handlesEvents } from '../test/event-bus-contract.ts';

handlesEvents('jetstream');
