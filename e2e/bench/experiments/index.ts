import type { Experiment } from '../scenario.ts';
import { backPressure } from './back-pressure.ts';
import { bus } from './bus.ts';
import { coldStart } from './cold-start.ts';
import { flashSale } from './flash-sale.ts';
import { growth } from './growth.ts';
import { listingBurst } from './listing-burst.ts';
import { mixedDay, soak } from './mixed-day.ts';
import { pages } from './pages.ts';
import { search } from './search.ts';
import { slowClients } from './slow-clients.ts';
import { throttledPages } from './throttled-pages.ts';

export const experiments: Experiment[] = [
  flashSale,
  listingBurst,
  mixedDay,
  backPressure,
  soak,
  pages,
  coldStart,
  growth,
  search,
  slowClients,
  throttledPages,
  bus, // last, because each service reads the ended sessions of an hour again when it starts
];
