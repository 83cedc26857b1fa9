/** An instant in UTC, as the logs have it. */
export function When({ iso }: { iso: string }) {
  return <time dateTime={iso}>{iso.slice(0, 16).replace('T', ' ')} UTC</time>;
}
