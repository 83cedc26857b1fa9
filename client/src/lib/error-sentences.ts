import { JUST_ARRIVED } from './just-arrived.ts';
import type { ErrorCode, FieldError } from './types.ts';
import { messages, type Translate } from '../i18n/translate.ts';

const AGAIN = messages('This isn’t working right now. Try again in a moment.');
const OURS = messages('Something went wrong on our side. Try again in a moment.');
const ENDED = messages('This order has ended.');

/** What each code of docs/openapi.yaml means for a person. The messages of the services are for programs. */
const SENTENCES: Record<ErrorCode, string> = messages({
  // The account
  not_signed_in: 'Sign in to continue.',
  https_required: 'You can only sign in over a secure connection. Open this page with https.',
  invalid_credentials: 'The email address or the password is wrong.',
  email_taken: 'This email already has an account. Sign in instead.',
  locked_out: 'Too many wrong passwords.',
  account_suspended: 'This account is suspended.',
  forbidden: 'This belongs to someone else.',

  // Searching
  saved_search_limit: 'You have saved as many searches as one account may have. Delete one first.',

  // Selling
  already_listed: 'You already offer this seat in another listing.',
  version_conflict: 'It was changed in the meantime. Nothing you typed is lost: check it and try again.',
  selling_suspended: 'You can’t list tickets for now, because too many of your sales were refunded.',
  refund_too_large: 'This is more than what is left of the payment.',
  refund_in_progress: 'Another refund of this sale is on its way. Try again in a moment.',
  order_not_complete: 'This sale isn’t complete, so there is nothing to refund.',

  // Reserving
  ticket_reserved: 'Someone else got there first and is paying for it now. You were not charged.',
  ticket_sold: 'It has just been sold. You were not charged.',
  ticket_withdrawn: 'The seller has withdrawn it. You were not charged.',
  price_changed: 'The price has changed. Nothing is reserved yet, and you were not charged.',
  listing_changed: 'The seller has changed the listing. Nothing is reserved yet, and you were not charged.',
  cooldown: 'You had it reserved just now, so only others can reserve it. You were not charged.',
  reservation_limit:
    'You have as many reservations as one buyer may have. Pay for one of them or release one first.',
  event_over: 'The event is over, so you can’t reserve it any more.',
  own_ticket: 'This is your own listing, so you can’t reserve it.',

  // Paying
  order_expired: 'Your reservation has expired. You were not charged.',
  order_final: ENDED,
  payment_in_progress: 'This order is being paid, so it can’t be changed now.',
  card_declined: 'The card was declined.',
  card_attempts: 'Too many cards were declined.',
  amount_too_small: 'This price is less than a card can be charged.',
  amount_too_large: 'This price is more than a card can be charged.',
  currency_unavailable: 'Encore can’t take payments in this currency.',
  payment_refused: 'It can’t be paid at all. You can release the ticket.',
  payment_unavailable: 'Payments aren’t working right now. Try again in a moment.',

  // Operators
  event_not_handled: 'The service could not handle the event. The dead letter has the new error.',
  operator_required: 'You are not an operator any more.',
  user_is_operator: 'Operators cannot be suspended. Revoke the role first.',
  already_operator: 'This user is already an operator.',
  not_operator: 'This user is not an operator.',
  already_suspended: 'The account is suspended already.',
  not_suspended: 'The account is not suspended.',
  seller_suspended: 'The seller is suspended.',
  already_taken_down: 'The listing is taken down already.',
  not_taken_down: 'The listing is not taken down.',
  already_restored: 'The listing was restored already.',
  already_resolved: 'The report is resolved already.',

  // Any request
  not_found: 'This no longer exists.',
  not_synchronized: JUST_ARRIVED,
  outcome_unknown: 'We don’t know whether it worked. Check Orders or Your listings before you try again.',
  rate_limited: 'You, or others on your network, did this very often.',
  idempotency_key_reused: 'This page is out of date. Load it again, then try once more.',
  overloaded: AGAIN,
  store_unavailable: AGAIN,
  timeout: AGAIN,
  too_busy: AGAIN,
  too_many_streams: AGAIN,
  unavailable: AGAIN,
  internal_error: OURS,
  request_aborted: AGAIN,
  request_timeout: 'The connection was too slow. Try again.',
  body_too_large: 'This is too much text. Shorten it and try again.',
  unknown_field: OURS,
  bad_signature: OURS,
  expectation_failed: OURS,
  headers_too_large: OURS,
  malformed_body: OURS,
  malformed_event: OURS,
  malformed_json: OURS,
  malformed_path: OURS,
  malformed_request: OURS,
  method_not_allowed: OURS,
  origin_refused: OURS,
  unsupported_charset: OURS,
  unsupported_encoding: OURS,
  unsupported_media_type: OURS,
  upgrade_not_supported: OURS,
});

/** What to enter in each field that a request has, where a service refuses the value. */
const FIELDS: Record<string, string> = messages({
  email: 'Enter an email address, like name@example.com',
  password: 'Choose a password of 8 to 128 characters that is not common and not like your email or Encore',
  currentPassword: 'Enter your current password',
  newPassword:
    'Choose a password of 8 to 128 characters that is not common and not like your email or Encore',
  title: 'Enter a title of at most 200 characters, in plain text',
  price: 'Enter a price that a card can pay in this currency, for example 42.50',
  currency: 'Choose one of the currencies. It is fixed once the ticket is listed',
  faceValue: 'Enter the amount that is printed on the ticket, for example 42.50',
  category: 'Choose a category',
  startsAt: 'Enter a date and time in the future',
  timeZone: 'Choose the time zone of the event',
  venue: 'Enter a venue of at most 100 characters, in plain text',
  city: 'Enter a city of at most 100 characters, in plain text',
  part: 'This part of the list doesn’t exist',
  seat: 'Enter a seat of at most 100 characters, in plain text',
  notes: 'Enter a note of at most 2,000 characters, in plain text',
  secret: 'Enter an entry code of at most 2,000 characters, in plain text',
  token: 'This card can’t be used. Try another one',
  amount: 'Enter an amount that is not more than what was paid',
  reason: 'Say why in at most 500 characters, in plain text',
  text: 'Enter at most 2,000 characters, in plain text',
  q: 'Search for at most 100 characters of plain text',
  min: 'Enter the lowest price as a number, for example 20',
  max: 'Enter the highest price as a number, for example 80',
  from: 'Enter the first day, for example 2027-01-23',
  to: 'Enter the last day, for example 2027-01-23',
  sort: 'Choose one of the orders',
  status: 'Choose one of the states',
  mine: OURS,
  id: OURS,
  ticketId: OURS,
  orderId: OURS,
  version: OURS,
  limit: OURS,
  cursor: 'This page of the list has moved. Go back to the first page',
});

/** A wrong password of a signed-in user is about one field only. */
const CURRENT_PASSWORD = messages('This is not your current password');

/** The codes of limits whose sentence ends with the time until one can try again. */
const LIMITS = new Set(['rate_limited', 'locked_out', 'card_attempts']);

/** The sentence of a code; undefined for one that this page does not know. */
export function sentenceOf(t: Translate, code = ''): string | undefined {
  return Object.hasOwn(SENTENCES, code) ? t(SENTENCES[code as ErrorCode]) : undefined;
}

/** What an error of a service means for a person and, for a limit that ends, when to try again. */
function messageOf(t: Translate, { code, field, endsAt, serverNow }: FieldError, status: number): string {
  if (field === 'currentPassword' && code) return t(CURRENT_PASSWORD);
  const sentence = sentenceOf(t, code);
  if (sentence && LIMITS.has(code ?? '') && endsAt && serverNow) {
    const minutes = Math.ceil((Date.parse(endsAt) - Date.parse(serverNow)) / 60_000);
    return t('{sentence} Try again in {minutes} min.', { sentence, minutes });
  }
  if (sentence) return sentence;
  if (field !== undefined && Object.hasOwn(FIELDS, field)) return t(FIELDS[field] ?? '');
  return t('Something went wrong ({status}). Try again.', { status });
}

/** The errors of a service with sentences for people. Any other body, such as that of a proxy, becomes a generic one. */
export function readErrors(
  t: Translate,
  body: unknown,
  status: number,
): { errors: FieldError[]; requestId: string | undefined } {
  const { errors, requestId } = (body ?? {}) as { errors?: unknown; requestId?: unknown };
  const list = (Array.isArray(errors) ? errors : []).filter(
    (entry): entry is FieldError => typeof (entry as FieldError | null)?.message === 'string',
  );
  const known = list.map((error) => ({ ...error, message: messageOf(t, error, status) }));
  return {
    errors: known.length > 0 ? known : [{ message: messageOf(t, { message: '' }, status) }],
    requestId: typeof requestId === 'string' ? requestId : undefined,
  };
}
