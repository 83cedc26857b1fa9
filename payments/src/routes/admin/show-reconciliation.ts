import type { RequestHandler } from 'express';
import { lastReconciliation } from '../../models/reconciliation.ts';

/** How the last reconciliation ended and what it found, behind `operatorsOnly`. */
export function showReconciliation(): RequestHandler {
  return async (_req, res) => {
    res.json(await lastReconciliation());
  };
}
