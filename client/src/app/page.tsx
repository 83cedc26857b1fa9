import { Filters } from '../features/catalog/filters.tsx';
import { SearchForm } from '../features/catalog/search-form.tsx';
import { Catalog, SkipToResults, mainCurrency, readCatalog } from '../features/catalog/catalog.tsx';
import { readSearch } from '../features/catalog/search.ts';
import { CountsStrip } from '../features/catalog/counts-strip.tsx';
import { getTranslate } from '../i18n/server.ts';
import { getCounts } from '../server/counts.ts';
import { getVisitor } from '../server/session.ts';
import { PosterImage } from '../ui/poster-image.tsx';

const PAGE_SIZE = 12;
const HERO_POSTERS = [
  ['encore-b', 'sport'],
  ['encore-e', 'festival'],
  ['encore-a', 'theatre'],
] as const;

export default async function HomePage() {
  const t = await getTranslate();
  const search = readSearch({});
  const [{ user }, results, counts] = await Promise.all([
    getVisitor(),
    readCatalog(search, PAGE_SIZE),
    getCounts(),
  ]);
  return (
    <main id="main" tabIndex={-1}>
      <SkipToResults />
      <section className="hero" aria-labelledby="title">
        <div className="wrap">
          <div className="stack">
            <h1 id="title">{t('Tickets get a second life.')}</h1>
            <p className="hero__lead">
              {t('Someone can’t go. You can. The price you see is all you pay, shown next to face value.')}
            </p>
          </div>
          <div className="hero__art" aria-hidden="true">
            {HERO_POSTERS.map(([id, category]) => (
              <PosterImage key={id} id={id} category={category} />
            ))}
          </div>
          <SearchForm search={search} />
        </div>
      </section>
      <div className="wrap">
        <section aria-labelledby="listings">
          <h2 id="listings" className="vh">
            {t('Listings')}
          </h2>
          <Filters search={search} counts={counts} currency={mainCurrency(results)} />
          <Catalog results={results} search={search} limit={PAGE_SIZE} user={user} />
        </section>
        <CountsStrip counts={counts} />
        <section className="promise" aria-label={t('What we promise')}>
          <div>
            <h3>{t('One price')}</h3>
            <p className="meta">
              {t('Nothing is added at checkout. Every price is compared with face value.')}
            </p>
          </div>
          <div>
            <h3>{t('Real availability')}</h3>
            <p className="meta">
              {t('Available, reserved or sold: listings update as soon as something changes.')}
            </p>
          </div>
          <div>
            <h3>{t('No rush')}</h3>
            <p className="meta">
              {t('A ticket you reserve is yours to pay for. No one else can buy it in the meantime.')}
            </p>
          </div>
        </section>
      </div>
    </main>
  );
}
