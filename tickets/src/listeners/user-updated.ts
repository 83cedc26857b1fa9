import type { EventHandler } from '@ticketing/common';
import { storeSeller } from '../models/seller.ts';

export function whenUserUpdated(): EventHandler<'user:updated'> {
  return (user) => storeSeller(user);
}
