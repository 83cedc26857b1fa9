type Props = { count: number; noun: 'ticket' | 'event'; isPending: boolean; onShow: () => void };

/** What is new waits behind a button, so that the layout does not shift. */
export function ShowNew({ count, noun, isPending, onShow }: Props) {
  return (
    <p className="newline" role="status">
      {count > 0 && (
        <button className="btn" type="button" aria-busy={isPending} onClick={onShow}>
          Show {count} new {count === 1 ? noun : `${noun}s`}
        </button>
      )}
    </p>
  );
}
