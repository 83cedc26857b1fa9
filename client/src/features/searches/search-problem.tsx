import type { ReactNode } from 'react';
import { sentenceOf } from '../../lib/error-sentences.ts';
import { Note } from '../../ui/note.tsx';
import { useTranslate } from '#use-translate';

type Props = { title: string; code: string; level?: 2 | 3; children?: ReactNode };

/** Why a form of saved searches did not do what it should: `code` is that of the service's error. */
export function SearchProblem({ title, code, level = 2, children }: Props) {
  const t = useTranslate();
  return (
    <Note kind="stop" icon="alert" role="alert" level={level} title={title}>
      <p>{sentenceOf(t, code) ?? t('Something went wrong. Try again.')}</p>
      {children}
    </Note>
  );
}
