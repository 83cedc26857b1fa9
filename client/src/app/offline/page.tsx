import { pageMetadata } from '../../i18n/page-metadata.ts';
import { Link } from '../../ui/link.tsx';
import { Prose } from '../../ui/prose.tsx';
import { useTranslate } from '#use-translate';

export const generateMetadata = pageMetadata('You are offline');

export default function OfflinePage() {
  const t = useTranslate();
  return (
    <Prose
      title={t('You are offline')}
      lead={t('Encore needs a connection to show what is available right now.')}
    >
      <section>
        <h2>{t('Meanwhile')}</h2>
        <p>
          {t(
            'Your reservations keep their time, and you are not charged while you are offline. Open the page again when you’re back online.',
          )}
        </p>
      </section>
      <p>
        <Link className="btn btn--main" href="/">
          {t('Try again')}
        </Link>
      </p>
    </Prose>
  );
}
