/** @jest-environment jsdom */
import { forgetEverything, readStored, removeStored, store, watchUser } from './user-storage.ts';

/** The page that the server rendered for a user, or for a guest. */
function pageOf(user: string | undefined) {
  if (user === undefined) delete document.documentElement.dataset.user;
  else document.documentElement.dataset.user = user;
  document.documentElement.hidden = false;
}

const stops: (() => void)[] = [];
function watch() {
  const reload = jest.fn();
  stops.push(watchUser(reload));
  return reload;
}
const otherTabChanged = () => window.dispatchEvent(new StorageEvent('storage', { key: 'encore:user' }));
const backFromCache = () => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  pageOf(undefined);
});

describe('the storage of a user', () => {
  it('is not visible to another user or to a guest', () => {
    pageOf('a');
    store('draft', { title: 'Hamlet' });
    store('watched', ['1'], 'localStorage');
    for (const other of ['b', undefined]) {
      pageOf(other);
      expect(readStored('draft')).toBeUndefined();
      expect(readStored('watched', 'localStorage')).toBeUndefined();
    }
    pageOf('a');
    expect(readStored('draft')).toEqual({ title: 'Hamlet' });
    removeStored('draft');
    expect(readStored('draft')).toBeUndefined();
  });

  it('survives a session that ended by itself', () => {
    pageOf('a');
    watch();
    store('draft', 1);
    pageOf(undefined);
    watch();
    pageOf('a');
    watch();
    expect(readStored('draft')).toBe(1);
  });

  it('is removed when another user signs in, and that of guests stays', () => {
    pageOf(undefined);
    store('watched', ['2'], 'localStorage');
    pageOf('a');
    watch();
    store('draft', 1);
    store('watched', ['1'], 'localStorage');
    pageOf('b');
    watch();
    expect(Object.keys({ ...sessionStorage, ...localStorage }).sort()).toEqual([
      'encore:anonymous:watched',
      'encore:user',
    ]);
  });

  it('is removed with everything else on sign-out', () => {
    pageOf('a');
    watch();
    store('draft', 1);
    sessionStorage.setItem('list', '{"secret":"of an earlier version"}');
    forgetEverything();
    expect({ ...sessionStorage, ...localStorage }).toEqual({ 'encore:user': '' });
  });

  it('is removed in another tab, which loads its page again, when the user signs out or another signs in', () => {
    for (const next of ['', 'b']) {
      pageOf('a');
      const reload = watch();
      store('draft', 1);
      localStorage.setItem('encore:user', next);
      otherTabChanged();
      expect(reload).toHaveBeenCalledTimes(1);
      expect(document.documentElement.hidden).toBe(true);
      expect(sessionStorage).toHaveLength(0);
      stops.splice(0).forEach((stop) => stop());
    }
  });

  it('makes a page from the back/forward cache load again when its user is gone', () => {
    pageOf('a');
    const reload = watch();
    backFromCache();
    expect(reload).not.toHaveBeenCalled();
    forgetEverything();
    backFromCache();
    expect(reload).toHaveBeenCalledTimes(1);
    expect(document.documentElement.hidden).toBe(true);
  });

  it('leaves the page of a guest as it is when a user signs in in another tab', () => {
    pageOf(undefined);
    const reload = watch();
    localStorage.setItem('encore:user', 'a');
    otherTabChanged();
    expect(reload).not.toHaveBeenCalled();
  });

  it('does without a storage that throws', () => {
    jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    jest.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    store('draft', 1);
    expect(readStored('draft')).toBeUndefined();
    watch();
    forgetEverything();
  });
});
