import type { Metadata } from 'next';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'Fees' };

export default function FeesPage() {
  return (
    <Prose title="Fees" lead="There are none. The buyer pays the price, and the seller receives it.">
      <section>
        <h2>The same table as at checkout</h2>
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
                <td>receives it</td>
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
        <h2>Face value</h2>
        <p>
          Where the seller gave it, the price printed on the ticket stands beside what they ask, over or
          under. It is a fact, not a verdict.
        </p>
      </section>
      <section>
        <h2>Your bank</h2>
        <p>
          A bank may take something of its own for a payment in another currency. That is between you and the
          bank, and we never see it.
        </p>
      </section>
    </Prose>
  );
}
