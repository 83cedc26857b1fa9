/** A ref callback for a control that replaces the one that was pressed, so that the focus is not lost. */
export function focusOnMount(control: HTMLElement | null): void {
  control?.focus();
}
