'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { toast } from '../../lib/announce.ts';
import { formatMoney } from '../../lib/money.ts';
import type { Ticket } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';
import { useTranslate } from '#use-translate';

const SETTLE_MS = 150;

/** Refreshes the page when one of the seller's listings changes, and shows a toast once for each sale. */
export function SellerLiveRefresh({ sellerId, soldIds }: { sellerId: string; soldIds: string[] }) {
  const t = useTranslate();
  const router = useRouter();
  const notifiedIds = useRef(new Set(soldIds));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const refresh = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => router.refresh(), SETTLE_MS);
  };
  useLive<Ticket>('tickets', {
    onChange: (ticket) => {
      if (ticket.userId !== sellerId) return;
      if (ticket.status === 'sold' && !notifiedIds.current.has(ticket.id)) {
        notifiedIds.current.add(ticket.id);
        toast({
          text: t('Sold: {title}, {price}', {
            title: ticket.title,
            price: formatMoney(t, ticket.price, ticket.currency),
          }),
          href: '/sell/sales',
          action: t('See'),
        });
      }
      refresh();
    },
    onRefetch: refresh,
    pollMs: 15_000,
    maxPollMs: 60_000,
  });
  return null;
}
