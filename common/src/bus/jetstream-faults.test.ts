import { survivesFaults } from '../../test/event-bus-contract.ts';

survivesFaults('jetstream');
