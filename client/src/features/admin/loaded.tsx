import type { ReactNode } from 'react';
import type { ReadResult } from '../../server/api.ts';
import { LoadFailed } from '../../ui/load-failed.tsx';

/** A part of a page that shows an error in its place, so that the other parts still help. */
export function Loaded<T>({
  result,
  title = 'This did not load',
  children,
}: {
  result: ReadResult<T>;
  /** Of the error. */
  title?: string;
  children: (value: T) => ReactNode;
}) {
  return result.ok ? children(result.value) : <LoadFailed title={title} error={result.error} />;
}
