import 'server-only';
import type { SavedSearch } from '../lib/types.ts';
import { read, sendForm, type FormOutcome } from './api.ts';

const PATH = '/api/tickets/saved/searches';
const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

/** The user's saved searches, the latest first. */
export async function listSavedSearches(): Promise<SavedSearch[]> {
  return (await read<SavedSearch[]>('tickets', PATH)).data;
}

export function saveSearch(query: Record<string, string>): Promise<FormOutcome<SavedSearch>> {
  return sendForm('POST', 'tickets', PATH, query);
}

export function markSearchSeen(id: string): Promise<FormOutcome<unknown>> {
  return sendForm('PUT', 'tickets', `${pathOf(id)}/seen`);
}

export function deleteSavedSearch(id: string): Promise<FormOutcome<unknown>> {
  return sendForm('DELETE', 'tickets', pathOf(id));
}
