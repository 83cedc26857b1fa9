import { Link } from './link.tsx';
import { PendingHint } from './pending-hint.tsx';
import { useTranslate } from '#use-translate';

type Props = {
  previous: string | undefined;
  next: string | undefined;
  /** The address of the page with a cursor. */
  pathOf: (cursor: string) => string;
};

/** The links to the pages before and after this one of a list. */
export function PageLinks({ previous, next, pathOf }: Props) {
  const t = useTranslate();
  if (previous === undefined && next === undefined) return null;
  return (
    <nav className="pages" aria-label={t('Pages')}>
      {previous !== undefined && (
        <Link href={pathOf(previous)} prefetch={false} rel="prev">
          {t('Previous')}
          <PendingHint />
        </Link>
      )}
      {next !== undefined && (
        <Link href={pathOf(next)} prefetch={false} rel="next">
          {t('Next')}
          <PendingHint />
        </Link>
      )}
    </nav>
  );
}
