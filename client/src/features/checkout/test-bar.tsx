/** Pages about money show it while payments are emulated. */
export function TestBar() {
  return (
    <aside className="testbar" aria-label="Test mode">
      <p>TEST MODE: no card is charged</p>
    </aside>
  );
}
