import { notFound } from 'next/navigation';
import { readConfig } from '../../../server/config.ts';
import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { useTranslate } from '#use-translate';
import { Prose } from '../../../ui/prose.tsx';

export const generateMetadata = pageMetadata('Imprint');

export default function ImprintPage() {
  const t = useTranslate();
  const { imprint } = readConfig();
  if (!imprint) notFound();
  return (
    <Prose title={t('Imprint')} lead={t('Who runs this shop.')}>
      <p dir="auto">
        {imprint.split('\n').map((line, index) => (
          <span key={index}>
            {line}
            <br />
          </span>
        ))}
      </p>
    </Prose>
  );
}
