import { notFound } from 'next/navigation';
import { readConfig } from '../../server/config.ts';
import { pageMetadata } from '../../i18n/page-metadata.ts';
import { useTranslate } from '#use-translate';
import { Prose } from '../../ui/prose.tsx';

export const generateMetadata = pageMetadata('Contact');

export default function ContactPage() {
  const t = useTranslate();
  const { contacts } = readConfig();
  if (!contacts) notFound();
  return (
    <Prose
      title={t('Contact')}
      lead={t('Questions about an order? Include its number. You find it at the top of the order.')}
    >
      <ul>
        {contacts.map((address) => (
          <li key={address}>
            <a className="tap" href={address}>
              {address.replace(/^(mailto:|tel:|https:\/\/)/, '')}
            </a>
          </li>
        ))}
      </ul>
    </Prose>
  );
}
