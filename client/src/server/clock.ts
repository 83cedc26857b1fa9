import 'server-only';

/** When this answer was made. Not for reservations: those go by the services' own clock. */
export function renderTime(): string {
  return new Date().toISOString();
}
