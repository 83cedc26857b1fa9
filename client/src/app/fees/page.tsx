import type { Metadata } from 'next';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'Fees' };

export default function FeesPage() {
  return (
    <Prose title="Fees" lead="There are none. Encore adds nothing to a price and takes nothing from it.">
      <section>
        <h2>What is added and taken</h2>
        <div className="tablebox">
          <table className="table">
            <caption className="vh">What is added to a price</caption>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Buyer</th>
                <th scope="col">Seller</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">Price of the ticket</th>
                <td>pays it</td>
                <td>sets it</td>
              </tr>
              <tr>
                <th scope="row">Added at checkout</th>
                <td>nothing</td>
                <td>nothing</td>
              </tr>
              <tr>
                <th scope="row">Taken from the seller</th>
                <td>nothing</td>
                <td>nothing</td>
              </tr>
            </tbody>
          </table>
        </div>
      </section>
      <section>
        <h2>Payouts to sellers</h2>
        <p>
          Encore doesn’t pay sellers out yet. Each sale is recorded with its price, but no money has been sent
          to a seller.
        </p>
      </section>
      <section>
        <h2>Face value</h2>
        <p>
          If the seller entered it, we show the price printed on the ticket next to the price they ask, and by
          how much it is over or under.
        </p>
      </section>
      <section>
        <h2>Your bank</h2>
        <p>Your bank may charge a fee for a payment in another currency. We have no part in that fee.</p>
      </section>
    </Prose>
  );
}
