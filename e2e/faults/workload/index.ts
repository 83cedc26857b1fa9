import { ShopClient } from '../../shop/shop-client.ts';
import { runBuyer } from './buyer.ts';
import type { Client, Run } from './client.ts';
import { listForgersTicket, runForger } from './forger.ts';
import { createMarket } from './market.ts';
import { listTicket, runSeller } from './seller.ts';

export { titlePrefix } from './market.ts';

/** So many that few of them refund three sales, which suspends a seller. */
const SELLERS = 6;
const BUYERS = 12;
const TICKETS_PER_SELLER_AT_START = 2;
const TIMEOUT_MS = 6_000;

export type Users = { sellers: Client[]; buyers: Client[]; forger: Client };

/** Signs up the users of one seed, before the faults start. */
export async function signUpUsers({ url, random }: Run): Promise<Users> {
  const signUp = async (name: string): Promise<Client> => {
    const own = random.fork();
    const http = await new ShopClient(url).signUp();
    const { body } = await http.get<{ currentUser: { id: string } }>('/api/users/currentuser');
    http.timeoutMs = TIMEOUT_MS;
    return { name, userId: body.currentUser.id, http, random: own };
  };
  const signUpAll = (kind: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => signUp(`${kind}-${index + 1}`)));
  return {
    sellers: await signUpAll('seller', SELLERS),
    buyers: await signUpAll('buyer', BUYERS),
    forger: await signUp('forger'),
  };
}

/** Lets all users act at the same time until `stop` aborts. */
export async function runWorkload(
  { sellers, buyers, forger }: Users,
  run: Run,
  stop: AbortSignal,
): Promise<void> {
  const market = createMarket(run, stop);
  await Promise.all(
    sellers.flatMap((seller) =>
      Array.from({ length: TICKETS_PER_SELLER_AT_START }, () => listTicket(market, seller)),
    ),
  );
  const forgersTicket = sellers[0] && (await listForgersTicket(market, sellers[0]));
  await Promise.all([
    ...(forgersTicket ? [runForger(market, forger, forgersTicket)] : []),
    ...sellers.map((seller) => runSeller(market, seller)),
    ...buyers.map((buyer) => runBuyer(market, buyer)),
  ]);
}
