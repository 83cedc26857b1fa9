import type { Service } from '../../server/api.ts';
import { servicePaths, toServiceName } from './services.ts';

/** Where an action on the `id` of a form is sent; undefined when the id is none. */
type Target = (id: string) => { service: Service; path: string } | undefined;

/** On something with an id of 24 hexadecimal digits. */
function on(service: Service, path: (id: string) => string): Target {
  return (id) => (/^[0-9a-f]{24}$/.test(id) ? { service, path: path(id) } : undefined);
}

/** On a dead letter of a service: `orders/ticket:updated:7`. */
function onDeadLetter(action: string): Target {
  return (text) => {
    const [name, id, ...more] = text.split('/');
    const service = toServiceName(name);
    if (!service || !id || more.length > 0) return undefined;
    return {
      service,
      path: `${servicePaths[service]}/admin/dead-letters/${encodeURIComponent(id)}/${action}`,
    };
  };
}

/** The actions of the console, by the name that their forms send. */
export const adminActions = {
  'suspend-account': on('auth', (id) => `/api/users/admin/accounts/${id}/suspend`),
  'restore-account': on('auth', (id) => `/api/users/admin/accounts/${id}/restore`),
  'restore-selling': on('auth', (id) => `/api/users/admin/accounts/${id}/restore-selling`),
  'take-down': on('tickets', (id) => `/api/tickets/admin/listings/${id}/take-down`),
  'restore-listing': on('tickets', (id) => `/api/tickets/admin/listings/${id}/restore`),
  'resolve-report': on('tickets', (id) => `/api/tickets/admin/reports/${id}/resolve`),
  'retry-dead-letter': onDeadLetter('retry'),
  'drop-dead-letter': onDeadLetter('drop'),
} as const satisfies Record<string, Target>;

export type AdminAction = keyof typeof adminActions;

export function isAdminAction(text: string): text is AdminAction {
  return Object.hasOwn(adminActions, text);
}
