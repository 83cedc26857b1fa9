import { pageMetadata } from '../../i18n/page-metadata.ts';
import { Prose } from '../../ui/prose.tsx';
import { useTranslate } from '#use-translate';

export const generateMetadata = pageMetadata('Buyer protection');

export default function ProtectionPage() {
  const t = useTranslate();
  return (
    <Prose
      title={t('Buyer protection')}
      lead={t('What we promise about your money and your ticket, and how we keep it.')}
    >
      <section>
        <h2>{t('One ticket, one buyer')}</h2>
        <p>
          {t(
            'Only one person can reserve a ticket at a time. If two people reserve at the same moment, one gets the ticket and the other sees at once that it’s gone.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Charged once, and only for a ticket')}</h2>
        <p>
          {t(
            'Your bank first authorizes the payment. You are charged only when the ticket is yours. Paying twice, with two clicks or in two windows, makes one charge.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('What you get')}</h2>
        <p>
          {t(
            'The entry code of the seller, if there is one. The listing says so before you pay. Encore can’t check whether a code is valid.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('When something fails')}</h2>
        <p>
          {t(
            'If a payment does not go through, you are not charged, and you keep your reservation until its time runs out. If a payment arrives too late, we cancel or refund it. The order says which.',
          )}
        </p>
      </section>
      <section id="not-working">
        <h2>{t('If a ticket doesn’t work')}</h2>
        <ol>
          <li>
            {t(
              'Compare the entry code in your order. If the seller corrects it, your order shows the new one at once.',
            )}
          </li>
          <li>
            {t(
              'If you can’t get in, the seller can refund you. Encore doesn’t decide that and doesn’t pay you back itself.',
            )}
          </li>
          <li>
            {t(
              'You can also dispute the payment at your bank. If the bank decides for you, you get the money back, and the order says Refunded.',
            )}
          </li>
        </ol>
        <p>{t('Sellers who refund too many sales can’t list new tickets until we have looked at them.')}</p>
      </section>
      <section>
        <h2>{t('Refunds')}</h2>
        <p>
          {t(
            'The seller can refund your payment. The order then says Refunded, and the ticket is no longer yours.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Card details')}</h2>
        <p>{t('They go from your browser straight to Stripe. We never see or store a card number.')}</p>
      </section>
      <section>
        <h2>{t('No false urgency')}</h2>
        <p>
          {t(
            'Counts are real and show when they were counted. We don’t make up viewers, queues or last chances.',
          )}
        </p>
      </section>
    </Prose>
  );
}
