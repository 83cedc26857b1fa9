import 'server-only';

/** For calendars and charts. Reservations use the clock of the services, never this one. */
export function currentDate(): Date {
  return new Date();
}
