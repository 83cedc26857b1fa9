/** The actions of the console, by the name that their forms send. */
export const adminActions = {
  'suspend-account': { service: 'auth', path: (id) => `/api/users/admin/accounts/${id}/suspend` },
  'restore-account': { service: 'auth', path: (id) => `/api/users/admin/accounts/${id}/restore` },
  'restore-selling': { service: 'auth', path: (id) => `/api/users/admin/accounts/${id}/restore-selling` },
  'take-down': { service: 'tickets', path: (id) => `/api/tickets/admin/listings/${id}/take-down` },
  'restore-listing': { service: 'tickets', path: (id) => `/api/tickets/admin/listings/${id}/restore` },
  'resolve-report': { service: 'tickets', path: (id) => `/api/tickets/admin/reports/${id}/resolve` },
} as const satisfies Record<string, { service: 'auth' | 'tickets'; path: (id: string) => string }>;

export type AdminAction = keyof typeof adminActions;

export function isAdminAction(text: string): text is AdminAction {
  return Object.hasOwn(adminActions, text);
}
