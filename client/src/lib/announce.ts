const EVENT = 'encore:announce';

/** Announces a text to screen readers through the page's live region. */
export function announce(text: string): void {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: text }));
}

export function onAnnounce(listener: (text: string) => void): () => void {
  const handler = (event: Event) => listener((event as CustomEvent<string>).detail);
  window.addEventListener(EVENT, handler);
  return () => window.removeEventListener(EVENT, handler);
}

/** `stays`: until it is closed or followed, for what people wait for. */
export type ToastMessage = { text: string; stays?: boolean } & (
  { href: string; action: string } | { href?: undefined }
);
const TOAST = 'encore:toast';

/** For background news only; anything that needs an action is shown in the page. */
export function toast(message: ToastMessage): void {
  window.dispatchEvent(new CustomEvent(TOAST, { detail: message }));
}

export function onToast(listener: (message: ToastMessage) => void): () => void {
  const handler = (event: Event) => listener((event as CustomEvent<ToastMessage>).detail);
  window.addEventListener(TOAST, handler);
  return () => window.removeEventListener(TOAST, handler);
}
