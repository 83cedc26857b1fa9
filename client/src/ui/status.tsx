export type StatusKind = 'free' | 'hold' | 'sold' | 'mine' | 'stop';

/** Shape, word and colour: never colour alone. */
export function Status({ kind, children }: { kind: StatusKind; children: string }) {
  return <span className={`status status--${kind}`}>{children}</span>;
}
