import type { ReactNode } from 'react';
import { formatStart } from '../../lib/card.ts';
import type { Ticket } from '../../lib/types.ts';
import { PosterImage } from '../../ui/poster-image.tsx';
import { useTranslate } from '#use-translate';

type Props = {
  caption: string;
  /** The columns between the ticket and its actions; numbers are aligned right. */
  columns: { name: string; isNumber?: boolean }[];
  tickets: Ticket[];
  title: (ticket: Ticket) => ReactNode;
  /** One cell for each column and one for the actions. */
  cells: (ticket: Ticket) => ReactNode;
};

/** A seller's tickets, one per row; on narrow screens, one card each. */
export function TicketTable({ caption, columns, tickets, title, cells }: Props) {
  const t = useTranslate();
  return (
    <div className="tablebox">
      <table className="table table--slips">
        <caption className="vh">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('Ticket')}</th>
            {columns.map(({ name, isNumber }) => (
              <th key={name} scope="col" className={isNumber ? 'r' : undefined}>
                {name}
              </th>
            ))}
            <th scope="col">
              <span className="vh">{t('Actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((ticket) => (
            <tr key={ticket.id}>
              <td>
                <div className="name">
                  <PosterImage id={ticket.eventId ?? ticket.id} category={ticket.category} size="thumb" />
                  <span>
                    <b dir="auto">{title(ticket)}</b>
                    <span className="meta">{formatStart(t, ticket)}</span>
                  </span>
                </div>
              </td>
              {cells(ticket)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
