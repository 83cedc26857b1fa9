import { messages } from '../i18n/translate.ts';
import type { components } from './api-types.ts';

type Schemas = components['schemas'];

export type Ticket = Schemas['Ticket'];
export type TicketStatus = Schemas['TicketStatus'];
export type Category = Schemas['Category'];

export type Seller = Schemas['Seller'];

export type Event = Schemas['Event'];
export type EventWithTickets = Schemas['EventWithTickets'];
export type SavedSearch = Schemas['SavedSearch'];
export type Suggestions = Schemas['Suggestions'];

export type Order = Schemas['Order'];
export type OrderTicket = Schemas['OrderTicket'];
export type HistoryEntry = Schemas['HistoryEntry'];

export type Payment = Schemas['Payment'];
export type PaymentConfig = Schemas['PaymentConfig'];
export type Scenario = Schemas['Scenario'];

export type User = Schemas['CurrentUser'];
export type Account = Schemas['Account'];
export type AdminListing = Schemas['AdminListing'];
export type AuditEntry = Schemas['AuditEntry'];
export type DeadLetter = Schemas['DeadLetter'];
export type ReachedLimit = Schemas['ReachedLimit'];
export type Reconciliation = Schemas['Reconciliation'];
export type Report = Schemas['Report'];
export type Selling = Schemas['Selling'];
/** A code of a service, or one of this program. */
export type FieldError = Omit<Schemas['FieldError'], 'code'> & { code?: string };
export type ErrorCode = Schemas['ErrorCode'];

/** A record, so that a new category in the contract does not compile until it is added here. */
export const categoryNames: Record<Category, string> = messages({
  music: 'Music',
  theatre: 'Theatre',
  sport: 'Sport',
  festival: 'Festival',
  comedy: 'Comedy',
  classical: 'Classical',
  other: 'Other',
});

export const categories = Object.keys(categoryNames) as Category[];

export function toCategory(text: string | undefined): Category | undefined {
  return categories.find((category) => category === text);
}
