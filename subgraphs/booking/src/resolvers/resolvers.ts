import type { Resolvers } from '../generated/resolvers.ts'
import { Booking, BookingLine, BookingRefund, Cancellation } from './Booking.ts'
import { CancellationRequest, CancelTicketsResult } from './CancellationRequest.ts'
import { Admitted, AlreadyAdmitted, CheckIn, CheckInResult, EntryRefused, Exited } from './CheckIn.ts'
import { Event } from './Event.ts'
import { HeldSeat, Hold } from './Hold.ts'
import { Mutation } from './Mutation.ts'
import { Partner } from './Partner.ts'
import { Performance, PriceTier } from './Performance.ts'
import { Query } from './Query.ts'
import { SeatMap } from './SeatMap.ts'
import { PerformanceAvailability } from './Subscription.ts'
import { ScannedTicket, Ticket, TicketVerdict } from './Ticket.ts'
import { User } from './User.ts'

/** Every resolver of the booking subgraph, by type. */
export const resolvers: Resolvers = {
  Admitted,
  AlreadyAdmitted,
  Booking,
  BookingLine,
  BookingRefund,
  Cancellation,
  CancellationRequest,
  CancelTicketsResult,
  CheckIn,
  CheckInResult,
  EntryRefused,
  Exited,
  Event,
  HeldSeat,
  Hold,
  Mutation,
  Partner,
  Performance,
  PerformanceAvailability,
  PriceTier,
  Query,
  ScannedTicket,
  SeatMap,
  Ticket,
  TicketVerdict,
  User,
}
