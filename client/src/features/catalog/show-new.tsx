type Props = { count: number; label: string; isPending: boolean; onShow: () => void };

/** What is new waits behind a button, so that the layout does not shift. */
export function ShowNew({ count, label, isPending, onShow }: Props) {
  return (
    <p className="newline" role="status">
      {count > 0 && (
        <button className="btn" type="button" aria-busy={isPending} onClick={onShow}>
          {label}
        </button>
      )}
    </p>
  );
}
