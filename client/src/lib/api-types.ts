// Generated from docs/openapi.yaml by npm run docs; do not edit.

export interface components {
  schemas: {
    Id: string;
    /** Format: date-time */
    Time: string;
    /** @description ISO 4217 in lower case */
    Currency: string;
    /** @enum {string} */
    Category: 'music' | 'theatre' | 'sport' | 'festival' | 'comedy' | 'classical' | 'other';
    Error: {
      requestId: string;
      errors: components['schemas']['FieldError'][];
    };
    /**
     * @description What was wrong, for programs. New codes may be added; treat one that you do not know by the status.
     * @enum {string}
     */
    ErrorCode:
      | 'account_suspended'
      | 'already_listed'
      | 'already_operator'
      | 'already_resolved'
      | 'already_restored'
      | 'already_suspended'
      | 'already_taken_down'
      | 'amount_too_large'
      | 'amount_too_small'
      | 'bad_signature'
      | 'body_too_large'
      | 'card_attempts'
      | 'card_declined'
      | 'cooldown'
      | 'currency_unavailable'
      | 'email_taken'
      | 'event_not_handled'
      | 'event_over'
      | 'expectation_failed'
      | 'forbidden'
      | 'headers_too_large'
      | 'https_required'
      | 'idempotency_key_reused'
      | 'internal_error'
      | 'invalid_credentials'
      | 'listing_changed'
      | 'locked_out'
      | 'malformed_body'
      | 'malformed_event'
      | 'malformed_json'
      | 'malformed_path'
      | 'malformed_request'
      | 'method_not_allowed'
      | 'not_found'
      | 'not_operator'
      | 'not_signed_in'
      | 'not_suspended'
      | 'not_synchronized'
      | 'not_taken_down'
      | 'operator_required'
      | 'order_expired'
      | 'order_final'
      | 'order_not_complete'
      | 'origin_refused'
      | 'outcome_unknown'
      | 'overloaded'
      | 'own_ticket'
      | 'payment_in_progress'
      | 'payment_refused'
      | 'payment_unavailable'
      | 'price_changed'
      | 'rate_limited'
      | 'refund_in_progress'
      | 'refund_too_large'
      | 'request_aborted'
      | 'request_timeout'
      | 'reservation_limit'
      | 'saved_search_limit'
      | 'seller_suspended'
      | 'selling_suspended'
      | 'store_unavailable'
      | 'ticket_reserved'
      | 'ticket_sold'
      | 'ticket_withdrawn'
      | 'timeout'
      | 'too_busy'
      | 'too_many_streams'
      | 'unavailable'
      | 'unknown_field'
      | 'unsupported_charset'
      | 'unsupported_encoding'
      | 'unsupported_media_type'
      | 'upgrade_not_supported'
      | 'user_is_operator'
      | 'version_conflict';
    FieldError: {
      message: string;
      /** @description the field of the request, where the error belongs to one */
      field?: string;
      code?: components['schemas']['ErrorCode'];
      declineCode?: string;
      /** @description with `cooldown`, `rate_limited`, `locked_out` and `card_attempts` when it is over, with `reservation_limit` when the first reservation ends */
      endsAt?: components['schemas']['Time'];
      /** @description with `endsAt`, the time of the server */
      serverNow?: components['schemas']['Time'];
      /** @description with `already_listed`, the ticket that offers the same seat; with `already_restored`, the restored one */
      ticketId?: components['schemas']['Id'];
    };
    Person: {
      id: components['schemas']['Id'];
      email: string;
    };
    Selling: {
      refunds: number;
      limit: number;
      days: number;
      suspended: boolean;
    };
    CurrentUser: {
      id: components['schemas']['Id'];
      email: string;
      /**
       * @description only for operators
       * @constant
       */
      role?: 'operator';
    };
    Account: {
      id: components['schemas']['Id'];
      email: string;
      version: number;
      createdAt: components['schemas']['Time'];
      /** @constant */
      role?: 'operator';
      suspendedAt?: components['schemas']['Time'];
      suspensionReason?: string;
      /** @description when all of its sessions were last ended */
      sessionsEndedAt?: components['schemas']['Time'];
      selling: components['schemas']['Selling'];
    };
    /** @description Times are ISO 8601, amounts in minor units. common/src/timeline/facts.ts has every field */
    Facts: {
      service: string;
      readAt: components['schemas']['Time'];
      moments: {
        at: components['schemas']['Time'];
        service: string;
        /** @enum {unknown} */
        kind: 'order' | 'ticket' | 'payment' | 'user' | 'timer' | 'Stripe' | 'log';
        what: string;
      }[];
      problems: string[];
    };
    Reconciliation: {
      succeededAt?: components['schemas']['Time'];
      /** @description how many differences it found */
      count: number;
      /** @description The first 100 of them */
      differences: {
        orderId?: string | null;
        intentId?: string | null;
        what: string;
      }[];
      failedAt?: components['schemas']['Time'];
      error?: string;
    };
    ReachedLimit: {
      /** @example reservations */
      limit: string;
      /** @enum {unknown} */
      by: 'account' | 'network' | 'all';
      /** @description the id of the account, the network, or `all` */
      key: string;
      most: number;
      until: components['schemas']['Time'];
    };
    DeadLetter: {
      id: string;
      at: components['schemas']['Time'];
      /** @description the name of the event */
      channel: string;
      /** @description As it was received: an envelope, or text that is not JSON. Not in a list */
      event?: unknown;
      error: string;
      attempts: number;
    };
    /** @description `hash` is the SHA-256 of the entry and of `previousHash`, so that no entry can be changed, removed or inserted without changing every hash after it. */
    AuditEntry: {
      id: components['schemas']['Id'];
      sequence: number;
      at: components['schemas']['Time'];
      /** @description the service of the action */
      source: string;
      /** @description null for a command on the servers */
      operatorId: components['schemas']['Id'] | null;
      action: string;
      /** @description the id of the user, the listing, the report or the dead letter */
      target: string;
      reason: string;
      previousHash: string;
      hash: string;
    };
    TicketFields: {
      title?: string;
      /** @description In major units, at most as many decimals as ISO 4217 gives the currency, and an amount that Stripe can charge in it, such as 0.50 to 999999.99 usd; otherwise 400 with the smallest or largest price in the message. */
      price?: number;
      /** @description ISO 8601 with Z or an offset; in the future, and before 9999-12-31T00:00:00Z */
      startsAt?: string | null;
      /** @description Where the event is: an Area/Location name of the IANA time zone database, such as Europe/Berlin, or UTC. Old names are stored as the current one (US/Pacific becomes America/Los_Angeles). Abbreviations (PST) and offsets (Etc/GMT+5) are refused. Without it, startsAt is shown and searched in UTC. */
      timeZone?: string | null;
      venue?: string | null;
      city?: string | null;
      seat?: string | null;
      category?: components['schemas']['Category'] | null;
      /** @description as price, but it may be less than the smallest price */
      faceValue?: number | null;
      notes?: string | null;
      /** @description shown to the seller and the buyer only */
      secret?: string | null;
    };
    /** @enum {string} */
    TicketStatus: 'available' | 'reserved' | 'sold' | 'withdrawn';
    Ticket: {
      id: components['schemas']['Id'];
      version: number;
      title: string;
      price: number;
      currency: components['schemas']['Currency'];
      userId: components['schemas']['Id'];
      status: components['schemas']['TicketStatus'];
      orderId?: components['schemas']['Id'];
      soldAt?: components['schemas']['Time'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
      /** @description tickets of one event have the same (title, venue and local start) */
      eventId?: components['schemas']['Id'];
      startsAt?: components['schemas']['Time'];
      timeZone?: string;
      venue?: string;
      city?: string;
      category?: components['schemas']['Category'];
      seat?: string;
      faceValue?: number;
      notes?: string;
      /** @description for the seller only */
      takenDown?: components['schemas']['TakenDown'];
      /** @description whether the seller added an entry code; shown to everyone */
      hasSecret: boolean;
      /** @description shown to the seller and the buyer only */
      secret?: string;
      /** @description only in GET /api/tickets/{id} */
      seller?: components['schemas']['Seller'];
    };
    Seller: {
      /** @description when the account was created */
      since: components['schemas']['Time'];
      /** @description Tickets sold, counted up to 1000, as of about a second ago. A sale that was refunded in full, or lost in a dispute, does not count. */
      sold: number;
    };
    /** @description At least one of the parameters of GET /api/tickets beside `sort`, as texts */
    SearchQuery: {
      q?: string;
      currency?: components['schemas']['Currency'];
      min?: string;
      max?: string;
      category?: components['schemas']['Category'];
      city?: string;
      from?: string;
      to?: string;
      status?: string;
      /** @enum {string} */
      sort?: 'newest' | 'price' | '-price' | 'date';
    };
    SavedSearch: {
      id: components['schemas']['Id'];
      query: components['schemas']['SearchQuery'];
      createdAt: components['schemas']['Time'];
      /** @description when the user last looked at what it finds */
      seenAt: components['schemas']['Time'];
      /** @description Matching tickets that were listed since `seenAt`, counted up to 100; absent when counting takes too long */
      newTickets?: number;
    };
    AdminListing: {
      id: components['schemas']['Id'];
      version: number;
      title: string;
      price: number;
      currency: components['schemas']['Currency'];
      userId: components['schemas']['Id'];
      status: components['schemas']['TicketStatus'];
      orderId?: components['schemas']['Id'];
      soldAt?: components['schemas']['Time'];
      createdAt: components['schemas']['Time'];
      updatedAt: components['schemas']['Time'];
      eventId?: components['schemas']['Id'];
      startsAt?: components['schemas']['Time'];
      timeZone?: string;
      venue?: string;
      city?: string;
      category?: components['schemas']['Category'];
      seat?: string;
      faceValue?: number;
      notes?: string;
      /** @description set when an operator took the listing down */
      takenDown?: components['schemas']['TakenDown'];
      /** @description whether the seller added an entry code; shown to everyone */
      hasSecret: boolean;
      buyerId?: components['schemas']['Id'];
      /** @description the listing that was taken down and that this one restores */
      restoredFrom?: components['schemas']['Id'];
      reservationSeq: number;
    };
    TakenDown: {
      at: components['schemas']['Time'];
      reason: string;
    };
    /** @enum {string} */
    ReportReason: 'forged' | 'not_theirs' | 'misleading' | 'price' | 'offensive' | 'other';
    Report: {
      id: components['schemas']['Id'];
      version: number;
      ticketId: components['schemas']['Id'];
      sellerId: components['schemas']['Id'];
      reason: components['schemas']['ReportReason'];
      text?: string;
      /** @description missing for a guest */
      reporterId?: components['schemas']['Id'];
      /** @enum {string} */
      status: 'open' | 'resolved';
      createdAt: components['schemas']['Time'];
      resolvedAt?: components['schemas']['Time'];
      /** @description the reason of the operator */
      resolution?: string;
    };
    Event: {
      id: components['schemas']['Id'];
      /** @description the address of its page; it stays valid */
      slug: string;
      title: string;
      startsAt?: components['schemas']['Time'];
      timeZone?: string;
      venue?: string;
      city?: string;
      category?: components['schemas']['Category'];
      available: number;
      prices: components['schemas']['EventPrices'][];
    };
    EventWithTickets: {
      id: components['schemas']['Id'];
      /** @description the address of its page; it stays valid */
      slug: string;
      title: string;
      startsAt?: components['schemas']['Time'];
      timeZone?: string;
      venue?: string;
      city?: string;
      category?: components['schemas']['Category'];
      available: number;
      prices: components['schemas']['EventPrices'][];
      tickets: components['schemas']['Ticket'][];
    };
    Suggestions: {
      events: {
        slug: string;
        title: string;
        startsAt?: components['schemas']['Time'];
        timeZone?: string;
        venue?: string;
        city?: string;
      }[];
      venues: {
        name: string;
        city?: string;
      }[];
      cities: {
        name: string;
      }[];
    };
    EventPrices: {
      currency: components['schemas']['Currency'];
      available: number;
      lowest: number;
      highest: number;
    };
    Order: {
      id: components['schemas']['Id'];
      version: number;
      status: components['schemas']['OrderStatus'];
      /** @enum {string} */
      reason?: 'buyer' | 'expired' | 'refused' | 'payment_failed' | 'dispute_lost';
      userId: components['schemas']['Id'];
      expiresAt: components['schemas']['Time'];
      serverNow: components['schemas']['Time'];
      createdAt: components['schemas']['Time'];
      ticket: components['schemas']['OrderTicket'];
      payment?: {
        id: components['schemas']['Id'];
        status: components['schemas']['PaymentStatus'];
        refundedAmount?: components['schemas']['RefundedAmount'];
        dispute?: components['schemas']['Dispute'];
      };
      history: components['schemas']['HistoryEntry'][];
    };
    /** @enum {string} */
    OrderStatus: 'created' | 'awaiting:payment' | 'complete' | 'cancelled' | 'refunded';
    /** @description The ticket as it was when the order was placed */
    OrderTicket: {
      id: components['schemas']['Id'];
      title: string;
      price: number;
      currency: components['schemas']['Currency'];
      sellerId: components['schemas']['Id'];
      startsAt?: components['schemas']['Time'];
      timeZone?: string;
      venue?: string;
      city?: string;
      seat?: string;
    };
    HistoryEntry: {
      at: components['schemas']['Time'];
      status: components['schemas']['OrderStatus'];
      /** @description the name of the event that caused the change */
      event: string;
      reason?: string;
    };
    /** @enum {string} */
    PaymentStatus:
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
    Payment: {
      id: components['schemas']['Id'];
      orderId: components['schemas']['Id'];
      /** @description absent for orders from before it was stored */
      ticketId?: components['schemas']['Id'];
      status: components['schemas']['PaymentStatus'];
      price: number;
      currency: components['schemas']['Currency'];
      declineCode?: string;
      message?: string;
      clientSecret?: string;
      publishableKey?: string;
      nextActionUrl?: string;
      refundedAmount?: components['schemas']['RefundedAmount'];
      dispute?: components['schemas']['Dispute'];
      serverNow: components['schemas']['Time'];
    };
    /** @description What the buyer has back, in major units like `price`: refunds by the seller or at Stripe, and lost disputes. Absent when nothing was refunded. */
    RefundedAmount: number;
    /** @description The buyer disputes the payment at the bank */
    Dispute: {
      id: string;
      /**
       * @description as Stripe names it
       * @enum {string}
       */
      status:
        | 'warning_needs_response'
        | 'warning_under_review'
        | 'warning_closed'
        | 'needs_response'
        | 'under_review'
        | 'won'
        | 'lost'
        | 'prevented';
      /** @description in major units, like `price` */
      amount: number;
      evidenceDueBy?: components['schemas']['Time'];
    };
    PaymentConfig: {
      /** @enum {string} */
      provider: 'stripe' | 'emulator';
      publishableKey?: string;
      scenarios?: components['schemas']['Scenario'][];
    };
    /** @description A test payment that the emulator can play */
    Scenario: {
      token: string;
      label: string;
    };
  };
  responses: {
    /** @description The listing */
    AdminListing: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['AdminListing'];
      };
    };
    /** @description The report is stored */
    Reported: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': {
          id: components['schemas']['Id'];
        };
      };
    };
    /** @description The report */
    Report: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Report'];
      };
    };
    /** @description The account */
    Account: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Account'];
      };
    };
    /** @description Done */
    Done: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': Record<string, never>;
      };
    };
    /** @description Who you are now; the cookie is set */
    Person: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Person'];
      };
    };
    /** @description The saved search */
    SavedSearch: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['SavedSearch'];
      };
    };
    /** @description The ticket */
    Ticket: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Ticket'];
      };
    };
    /** @description The order */
    Order: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Order'];
      };
    };
    /** @description The payment */
    Payment: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Payment'];
      };
    };
    /** @description Server-sent events; the first one is `refetch`. 503 `too_many_streams` when the account has too many (20 of tickets, 5 of orders) or the process has 500: poll instead. A client address with 100 loses its oldest for a new one. */
    Stream: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'text/event-stream': string;
      };
    };
    /** @description What was wrong */
    Error: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Error'];
      };
    };
    /**
     * @description Too many, until `endsAt`: `rate_limited` when the account, the network (IPv4 /24, IPv6 /56) or, at sign-up, all
     *     clients have sent too many requests of this kind; on routes that say so, another code. Nothing was changed.
     */
    TooMany: {
      headers: {
        'Retry-After': number;
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description Away for a moment */
    Unavailable: {
      headers: {
        'Retry-After': number;
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Error'];
      };
    };
  };
  parameters: {
    Id: components['schemas']['Id'];
    /** @description The first segment of the paths of the service */
    Service: 'users' | 'tickets' | 'orders' | 'payments';
    /** @description The channel of the event, and its sequence number there */
    DeadLetter: string;
    Limit: number;
    Cursor: string;
    /** @description A name of your own for this request, which then takes effect once, however often it is sent: 200 with what it made, as it is now. The same key with another request is a 409 `idempotency_key_reused`. A request that was refused is forgotten. */
    IdempotencyKey: string;
  };
  requestBodies: {
    Credentials: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
          password: string;
        };
      };
    };
    Reason: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
  };
  headers: never;
  pathItems: never;
}
