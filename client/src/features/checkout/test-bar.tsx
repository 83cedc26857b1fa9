/** Everything about money says so while no card is charged. */
export function TestBar() {
  return (
    <aside className="testbar" aria-label="Test mode">
      <p>TEST MODE: no card is charged</p>
    </aside>
  );
}
