import type { RequestHandler } from 'express';
import {
  clientKey,
  currentUser,
  NotFoundError,
  oneOf,
  optional,
  pathId,
  text,
  validate,
} from '@ticketing/common';
import type { Report } from '../models/report.ts';
import { addReport, reporterKey, reportReasons } from '../models/report.ts';
import { findTicket } from '../models/ticket.ts';

const fields = {
  reason: oneOf(reportReasons, `reason must be one of ${reportReasons.join(', ')}`),
  text: optional(text({ name: 'text', min: 0, max: 2000, lines: true })),
};

/** Reports a listing to the operators, with or without a session; again while the report is open, it is that one. */
export function reportTicket(): RequestHandler {
  return async (req, res) => {
    const { reason, text: said } = await validate<Pick<Report, 'reason' | 'text'>>(fields, req);
    const id = pathId(req);
    const ticket = id && (await findTicket(id));
    if (!ticket) throw new NotFoundError('Ticket');
    const reporter = currentUser(req);
    const { id: reportId, isNew } = await addReport({
      ticketId: ticket._id,
      sellerId: ticket.userId,
      reason,
      ...(said && { text: said }),
      ...(reporter && { reporterId: reporter.id }),
      reporterKey: reporterKey(reporter?.id, { ticketId: ticket._id, client: clientKey(req.ip ?? '') }),
    });
    res.status(isNew ? 201 : 200).json({ id: reportId });
  };
}
