import { pageMetadata } from '../../i18n/page-metadata.ts';
import { Prose } from '../../ui/prose.tsx';
import { useTranslate } from '#use-translate';

export const generateMetadata = pageMetadata('Fees');

export default function FeesPage() {
  const t = useTranslate();
  return (
    <Prose
      title={t('Fees')}
      lead={t('There are none. Encore adds nothing to a price and takes nothing from it.')}
    >
      <section>
        <h2>{t('What is added and taken')}</h2>
        <div className="tablebox">
          <table className="table">
            <caption className="vh">{t('What is added to a price')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('What')}</th>
                <th scope="col">{t('Buyer')}</th>
                <th scope="col">{t('Seller')}</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">{t('Price of the ticket')}</th>
                <td>{t('pays it')}</td>
                <td>{t('sets it')}</td>
              </tr>
              <tr>
                <th scope="row">{t('Added at checkout')}</th>
                <td>{t('nothing')}</td>
                <td>{t('nothing')}</td>
              </tr>
              <tr>
                <th scope="row">{t('Taken from the seller')}</th>
                <td>{t('nothing')}</td>
                <td>{t('nothing')}</td>
              </tr>
            </tbody>
          </table>
        </div>
      </section>
      <section>
        <h2>{t('Payouts to sellers')}</h2>
        <p>
          {t(
            'Encore doesn’t pay sellers out yet. Each sale is recorded with its price, but no money has been sent to a seller.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Face value')}</h2>
        <p>
          {t(
            'If the seller entered it, we show the price printed on the ticket next to the price they ask, and by how much it is over or under.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Your bank')}</h2>
        <p>
          {t('Your bank may charge a fee for a payment in another currency. We have no part in that fee.')}
        </p>
      </section>
    </Prose>
  );
}
