import type { Metadata } from 'next';
import { Filters } from '../../features/catalog/filters.tsx';
import { SearchForm } from '../../features/catalog/search-form.tsx';
import {
  Catalog,
  SkipToResults,
  countOf,
  isEmpty,
  mainCurrency,
  readCatalog,
} from '../../features/catalog/catalog.tsx';
import { searchTitle } from '../../features/catalog/search-text.ts';
import { isFiltered, readSearch, type SearchParams } from '../../features/catalog/search.ts';
import { SaveOutcome, SaveSearch } from '../../features/searches/save-search.tsx';
import { getTranslate } from '../../i18n/server.ts';
import { getCounts } from '../../server/counts.ts';
import { getVisitor } from '../../server/session.ts';

const PAGE_SIZE = 24;

type Props = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const search = readSearch(await searchParams);
  return { title: searchTitle(await getTranslate(), search) };
}

export default async function TicketsPage({ searchParams }: Props) {
  const t = await getTranslate();
  const params = await searchParams;
  const search = readSearch(params);
  const [{ user }, results, counts] = await Promise.all([
    getVisitor(),
    readCatalog(search, PAGE_SIZE),
    getCounts(),
  ]);
  const count = countOf(t, results);
  const isOffered = results.read.ok && isFiltered(search) && params.save !== 'saved';
  const save = isOffered && <SaveSearch search={search} />;
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <SkipToResults />
      <div className="row row--apart section section--head">
        <div>
          <h1>{searchTitle(t, search)}</h1>
          {count && <p className="meta">{count}</p>}
        </div>
        {!isEmpty(results) && <div className="wide">{save}</div>}
      </div>
      {typeof params.save === 'string' && (
        <div className="gap-b">
          <SaveOutcome outcome={params.save} />
        </div>
      )}
      <SearchForm search={search} />
      <Filters search={search} counts={counts} currency={mainCurrency(results)} saysWhenCounted />
      <Catalog results={results} search={search} limit={PAGE_SIZE} user={user} level={2} ifEmpty={save} />
      {/* On a phone, the first ticket comes before it. */}
      {!isEmpty(results) && <div className="narrow gap-t">{save}</div>}
      <div className="section" />
    </main>
  );
}
