/** What the services send, as the contract has it. */
export type TicketStatus = 'available' | 'reserved' | 'sold' | 'withdrawn';

export type Ticket = {
  id: string;
  version: number;
  title: string;
  price: number;
  currency: string;
  userId: string;
  status: TicketStatus;
  orderId?: string | null;
  soldAt?: string | null;
  createdAt: string;
  updatedAt: string;
  startsAt?: string | null;
  timeZone?: string | null;
  venue?: string | null;
  city?: string | null;
  category?: string | null;
  seat?: string | null;
  faceValue?: number | null;
  notes?: string | null;
  secret?: string | null;
};

export type OrderStatus = 'created' | 'awaiting:payment' | 'complete' | 'cancelled' | 'refunded';

export type OrderTicket = Pick<
  Ticket,
  'id' | 'title' | 'price' | 'currency' | 'startsAt' | 'timeZone' | 'venue' | 'city' | 'seat'
> & { sellerId: string };

export type HistoryEntry = { at: string; status: OrderStatus; event: string; reason?: string | null };

export type Order = {
  id: string;
  version: number;
  status: OrderStatus;
  reason?: 'buyer' | 'expired' | 'refused' | 'payment_failed' | null;
  userId: string;
  expiresAt: string;
  serverNow: string;
  ticket: OrderTicket;
  payment?: { id: string; status: string } | null;
  history: HistoryEntry[];
  createdAt: string;
};

export type Payment = {
  id: string;
  orderId: string;
  status:
    | 'open'
    | 'pending'
    | 'requires_action'
    | 'authorized'
    | 'capturing'
    | 'captured'
    | 'voiding'
    | 'voided'
    | 'failed'
    | 'refunding'
    | 'refunded';
  price: number;
  currency: string;
  declineCode?: string | null;
  message?: string | null;
  clientSecret?: string | null;
  publishableKey?: string | null;
  nextActionUrl?: string | null;
  serverNow: string;
};

export type Scenario = { token: string; label: string };

export type PaymentConfig = {
  provider: 'stripe' | 'emulator';
  publishableKey?: string | null;
  scenarios?: Scenario[];
};

export type User = { id: string; email: string };

export type FieldError = { message: string; field?: string; code?: string };

export const categories = ['music', 'theatre', 'sport', 'festival', 'comedy', 'classical', 'other'] as const;
