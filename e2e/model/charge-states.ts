import type { Charge, Decision } from '../../payments/src/charge.ts';
import { applyDecision } from './charges.ts';
import type { Rules } from './rules.ts';
import { stuckIfThrown } from './violation.ts';

/** All charges met so far, by index; 0 is a charge before any payment. The results of the rules are cached. */
export class ChargeStates {
  private readonly rules: Rules;
  private readonly charges: Charge[];
  private readonly indexes: Map<string, number>;
  private readonly next: Map<string, number>[] = [];

  constructor(rules: Rules, amountAgrees: boolean) {
    this.rules = rules;
    this.charges = [{ status: 'none', amountAgrees }];
    this.indexes = new Map([[JSON.stringify(this.charges[0]), 0]]);
  }

  at(index: number): Charge {
    return this.charges[index] ?? { status: 'none' };
  }

  /** The charge after a decision: the same index where the decision changes nothing. */
  applyDecision(index: number, decision: Decision): number {
    if (!decision) return index;
    const row = (this.next[index] ??= new Map<string, number>());
    const cell = 'step' in decision ? `${decision.step} ${decision.reason ?? ''}` : decision.note;
    const known = row.get(cell);
    if (known !== undefined) return known;
    const charge = stuckIfThrown(() => applyDecision(this.at(index), decision, this.rules));
    const key = JSON.stringify(charge, ['status', 'cancelRequested', 'reason', 'amountAgrees']);
    let found = this.indexes.get(key);
    if (found === undefined) {
      found = this.charges.push(charge) - 1;
      this.indexes.set(key, found);
    }
    row.set(cell, found);
    return found;
  }
}
