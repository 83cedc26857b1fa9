/** As a ref: the control takes the focus when it appears in the place of the one that was pressed. */
export function focusOnMount(control: HTMLElement | null): void {
  control?.focus();
}
