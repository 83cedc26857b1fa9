import type { Change, EventDraft } from './change.ts';
import { invalidRequest } from './errors.ts';
import type { Charge, Dispute, Intent } from './objects.ts';
import { newId, seconds } from './objects.ts';

/** A bank gives a seller between 7 and 21 days to send evidence. */
const EVIDENCE_SECONDS = 14 * 24 * 60 * 60;

interface DisputeParams {
  amount?: number | undefined;
  reason?: string | undefined;
  /** When the evidence is due, in seconds since the epoch. */
  due_by?: number | undefined;
}

/** The cardholder disputes the charge at the bank, which takes the money back until it has decided. */
export function openDispute(intent: Intent, charge: Charge | undefined, params: DisputeParams): Change {
  if (!charge?.captured)
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to dispute.`);
  if (charge.disputed) throw invalidRequest(`Charge ${charge.id} has already been disputed.`);
  const dispute: Dispute = {
    id: newId('du'),
    object: 'dispute',
    amount: params.amount ?? charge.amount_captured - charge.amount_refunded,
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    evidence_details: {
      due_by: params.due_by ?? seconds() + EVIDENCE_SECONDS,
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: intent.id,
    reason: params.reason ?? 'fraudulent',
    status: 'needs_response',
  };
  return {
    intent,
    charge: { ...charge, disputed: true },
    dispute,
    events: [
      ['charge.dispute.created', dispute],
      ['charge.dispute.funds_withdrawn', dispute],
    ],
  };
}

interface DisputeUpdate {
  status?: Dispute['status'] | undefined;
  due_by?: number | undefined;
}

/** The seller sends evidence, or the bank decides; `won` and `lost` are final. */
export function updateDispute(intent: Intent, dispute: Dispute, { status, due_by }: DisputeUpdate): Change {
  if (isClosed(dispute)) throw invalidRequest(`Dispute ${dispute.id} is already ${dispute.status}.`);
  const { evidence_details } = dispute;
  const updated: Dispute = {
    ...dispute,
    status: status ?? dispute.status,
    evidence_details: { ...evidence_details, due_by: due_by ?? evidence_details.due_by },
  };
  const events: EventDraft[] = [
    [isClosed(updated) ? 'charge.dispute.closed' : 'charge.dispute.updated', updated],
  ];
  if (updated.status === 'won') events.push(['charge.dispute.funds_reinstated', updated]);
  return { intent, dispute: updated, events };
}

function isClosed({ status }: Dispute): boolean {
  return status === 'won' || status === 'lost';
}
