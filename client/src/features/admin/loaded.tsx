import type { ReactNode } from 'react';
import type { ReadResult } from '../../server/api.ts';
import { LoadFailed } from '../../ui/load-failed.tsx';

/** A part of a page that shows an error in its place, so that the other parts still help. */
export function Loaded<T>({
  result,
  children,
}: {
  result: ReadResult<T>;
  children: (value: T) => ReactNode;
}) {
  return result.ok ? children(result.value) : <LoadFailed title="This did not load" error={result.error} />;
}
