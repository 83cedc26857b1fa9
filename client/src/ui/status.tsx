export type StatusKind = 'free' | 'hold' | 'sold' | 'mine' | 'stop';

/** Shape, text and color together, because color alone is not accessible. */
export function Status({ kind, children }: { kind: StatusKind; children: string }) {
  return <span className={`status status--${kind}`}>{children}</span>;
}
