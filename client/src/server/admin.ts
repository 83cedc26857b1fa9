import 'server-only';
import { servicePaths } from '../features/admin/services.ts';
import type {
  Account,
  AdminListing,
  AuditEntry,
  DeadLetter,
  Order,
  ReachedLimit,
  Reconciliation,
  Report,
} from '../lib/types.ts';
import { read, type Service, undefinedOn404 } from './api.ts';

/** What the console reads, as the operator who is signed in. */

export async function findAccounts(query: string): Promise<Account[]> {
  const path = `/api/users/admin/accounts?${new URLSearchParams({ q: query })}`;
  return (await read<Account[]>('auth', path)).data;
}

export function getAccount(id: string): Promise<Account | undefined> {
  return undefinedOn404(read<Account>('auth', `/api/users/admin/accounts/${encodeURIComponent(id)}`));
}

/** The newest entries of the audit log, all or those on one target. */
export async function listAudit(target?: string): Promise<AuditEntry[]> {
  const query = new URLSearchParams({ limit: '20', ...(target && { target }) });
  return (await read<AuditEntry[]>('auth', `/api/users/admin/audit?${query}`)).data;
}

export function findListing(id: string): Promise<AdminListing | undefined> {
  const path = `/api/tickets/admin/listings/${encodeURIComponent(id)}`;
  return undefinedOn404(read<AdminListing>('tickets', path));
}

export function findOrder(id: string): Promise<Order | undefined> {
  return undefinedOn404(read<Order>('orders', `/api/orders/admin/orders/${encodeURIComponent(id)}`));
}

export async function listSellerListings(seller: string): Promise<AdminListing[]> {
  const query = new URLSearchParams({ seller, limit: '100' });
  return (await read<AdminListing[]>('tickets', `/api/tickets/admin/listings?${query}`)).data;
}

export async function listReports(filter: { status?: 'open'; ticketId?: string }): Promise<Report[]> {
  return (await read<Report[]>('tickets', `/api/tickets/admin/reports?${new URLSearchParams(filter)}`)).data;
}

/** The oldest dead letters of a service, and how many there are. */
export async function listDeadLetters(service: Service): Promise<{ listed: DeadLetter[]; count: number }> {
  const { data, headers } = await read<DeadLetter[]>(service, `${servicePaths[service]}/admin/dead-letters`);
  return { listed: data, count: Number(headers['x-total-count']) };
}

export function findDeadLetter(service: Service, id: string): Promise<DeadLetter | undefined> {
  const path = `${servicePaths[service]}/admin/dead-letters/${encodeURIComponent(id)}`;
  return undefinedOn404(read<DeadLetter>(service, path));
}

export async function getReconciliation(): Promise<Reconciliation> {
  return (await read<Reconciliation>('payments', '/api/payments/admin/reconciliation')).data;
}

/** Who has used up a limit of a service now. */
export async function listReachedLimits(service: Service): Promise<ReachedLimit[]> {
  return (await read<ReachedLimit[]>(service, `${servicePaths[service]}/admin/limits`)).data;
}
