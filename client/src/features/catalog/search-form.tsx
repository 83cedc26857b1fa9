import { Icon } from '../../ui/icon.tsx';
import { OtherChoices } from './other-choices.tsx';
import type { Search } from './search.ts';

/** A plain GET form, so that searching works without JavaScript. */
export function SearchForm({ search }: { search: Search }) {
  return (
    <form className="find" role="search" action="/tickets">
      <div className="field">
        <label htmlFor="q">Event, artist or team</label>
        <input
          className="input"
          id="q"
          name="q"
          dir="auto"
          type="search"
          maxLength={100}
          defaultValue={search.q}
          placeholder="Try “Mahler”"
          autoComplete="off"
        />
      </div>
      <div className="field">
        <label htmlFor="city">City</label>
        <input
          className="input"
          id="city"
          name="city"
          dir="auto"
          maxLength={100}
          defaultValue={search.city}
          placeholder="Anywhere"
          autoComplete="address-level2"
        />
      </div>
      <div className="field">
        <label htmlFor="from">From</label>
        <input className="input" id="from" name="from" type="date" defaultValue={search.from} />
      </div>
      <OtherChoices search={search} edited={['q', 'city', 'from']} />
      <button className="btn btn--main btn--big" type="submit">
        <Icon name="search" /> Search
      </button>
    </form>
  );
}
