import 'server-only';

/** For calendars and charts. Reservations go by the services' own clock, never by this one. */
export function currentDate(): Date {
  return new Date();
}
