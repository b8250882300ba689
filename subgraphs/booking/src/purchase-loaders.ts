import { rowBy, rowsBy } from '@tikitu/kit/postgres/row-loader'
import { asc } from 'drizzle-orm'
import { bookingLines, bookingRefunds, bookings, cancellations } from './db/tables/bookings.ts'
import { cancellationRequests } from './db/tables/cancellation-requests.ts'
import { checkIns, tickets } from './db/tables/tickets.ts'

/** Rows of purchases, by key. */
export const purchaseLoaders = {
  booking: rowBy({ from: bookings, by: bookings.id }),
  ticket: rowBy({ from: tickets, by: tickets.id }),
  cancellationRequest: rowBy({ from: cancellationRequests, by: cancellationRequests.id }),
  checkIn: rowBy({ from: checkIns, by: checkIns.id }),
  linesOfBooking: rowsBy({ from: bookingLines, by: bookingLines.bookingId, order: [asc(bookingLines.seatNumber)] }),
  ticketsOfBooking: rowsBy({ from: tickets, by: tickets.bookingId, order: [asc(tickets.seatNumber)] }),
  cancellationsOfBooking: rowsBy({
    from: cancellations,
    by: cancellations.bookingId,
    order: [asc(cancellations.createdAt)],
  }),
  refundsOfBooking: rowsBy({
    from: bookingRefunds,
    by: bookingRefunds.bookingId,
    order: [asc(bookingRefunds.refundedAt)],
  }),
}
