'use client';

import { createContext, useContext, useState, type ReactNode } from 'react';
import type { Locale } from './locales.ts';
import { setPageTranslate } from './page.ts';
import { createTranslate, english, type Messages, type Translate } from './translate.ts';

const Context = createContext(english);

type Props = { locale: Locale; messages: Messages; children: ReactNode };

/** Gives the client components of a page its language, with the messages that they may need. */
export function TranslateProvider({ locale, messages, children }: Props) {
  const [t] = useState(() => {
    const created = createTranslate(locale, messages);
    if (typeof window !== 'undefined') setPageTranslate(created);
    return created;
  });
  return <Context value={t}>{children}</Context>;
}

/** The translation of the page, for components that are not async. */
export function useTranslate(): Translate {
  return useContext(Context);
}
