import { orRefusal } from '@tikitu/kit/errors'
import { cancelBooking } from '../domain/cancel-booking.ts'
import { cancelEvent } from '../domain/cancel-event.ts'
import { cancelPerformance } from '../domain/cancel-performance.ts'
import { cancelTickets } from '../domain/cancel-tickets.ts'
import { checkIn } from '../domain/check-in.ts'
import { createEvent } from '../domain/create-event.ts'
import { createPerformance } from '../domain/create-performance.ts'
import { approveCancellation, rejectCancellation } from '../domain/decide-cancellation.ts'
import { deletePerformance, publishPerformance } from '../domain/draft-performance.ts'
import { extendHold } from '../domain/extend-hold.ts'
import { holdBestAvailable } from '../domain/hold-best-available.ts'
import { holdGeneralAdmission } from '../domain/hold-general-admission.ts'
import { holdSeats } from '../domain/hold-seats.ts'
import { placeBooking } from '../domain/place-booking.ts'
import { postponePerformance } from '../domain/postpone-performance.ts'
import { addPriceTier, updatePriceTier } from '../domain/price-tiers.ts'
import { publishEvent } from '../domain/publish-event.ts'
import { releaseHold } from '../domain/release-hold.ts'
import { releaseHouseHold } from '../domain/release-house-hold.ts'
import { reschedulePerformance } from '../domain/reschedule-performance.ts'
import { scanResultOf } from '../domain/scan-result.ts'
import { setHouseHold } from '../domain/set-house-hold.ts'
import { undoCheckIn } from '../domain/undo-check-in.ts'
import { updateEvent } from '../domain/update-event.ts'
import { updatePerformance } from '../domain/update-performance.ts'
import {
  AccessibleSeatsReserved,
  BookingPaid,
  CancellationClosed,
  EventNotReady,
  HoldLimitReached,
  HoldOver,
  NotEnoughPlaces,
  NotOnSale,
  PartnerMayNotSell,
  PerformanceMoved,
  PlaceLimitReached,
  PriceChanged,
  SeatsTaken,
  SingleSeatLeft,
  SlugTaken,
  TicketUsed,
  TooManyHolds,
} from '../errors.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

const seatRefusals = [
  SeatsTaken,
  SingleSeatLeft,
  AccessibleSeatsReserved,
  PlaceLimitReached,
  TooManyHolds,
  NotOnSale,
] as const

export const Mutation: MutationResolvers = {
  addPriceTier: (_parent, { input }, ctx) => addPriceTier(ctx, input),
  cancelBooking: (_parent, { input }, ctx) => orRefusal(cancelBooking(ctx, input), BookingPaid),
  approveCancellation: (_parent, { input }, ctx) => approveCancellation(ctx, input),
  rejectCancellation: (_parent, { input }, ctx) => rejectCancellation(ctx, input),
  cancelEvent: (_parent, { input }, ctx) => cancelEvent(ctx, input),
  cancelPerformance: (_parent, { input }, ctx) => cancelPerformance(ctx, input),
  cancelTickets: (_parent, { input }, ctx) => orRefusal(cancelTickets(ctx, input), CancellationClosed, TicketUsed),
  checkIn: async (_parent, { input }, ctx) => scanResultOf(ctx, await checkIn(ctx, input)),
  createEvent: (_parent, { input }, ctx) => orRefusal(createEvent(ctx, input), SlugTaken),
  createPerformance: (_parent, { input }, ctx) => createPerformance(ctx, input),
  deletePerformance: (_parent, { input }, ctx) => deletePerformance(ctx, input),
  extendHold: (_parent, { input }, ctx) => orRefusal(extendHold(ctx, input), HoldOver, HoldLimitReached, NotOnSale),
  holdBestAvailable: (_parent, { input }, ctx) =>
    orRefusal(holdBestAvailable(ctx, input), NotEnoughPlaces, PlaceLimitReached, TooManyHolds, NotOnSale),
  holdGeneralAdmission: (_parent, { input }, ctx) =>
    orRefusal(holdGeneralAdmission(ctx, input), NotEnoughPlaces, PlaceLimitReached, TooManyHolds, NotOnSale),
  holdSeats: (_parent, { input }, ctx) => orRefusal(holdSeats(ctx, input), ...seatRefusals),
  placeBooking: (_parent, { input }, ctx) =>
    orRefusal(placeBooking(ctx, input), HoldOver, NotOnSale, PerformanceMoved, PriceChanged),
  postponePerformance: (_parent, { input }, ctx) => postponePerformance(ctx, input),
  publishEvent: (_parent, { input }, ctx) => orRefusal(publishEvent(ctx, input), EventNotReady, PartnerMayNotSell),
  publishPerformance: (_parent, { input }, ctx) => publishPerformance(ctx, input),
  releaseHold: (_parent, { input }, ctx) => releaseHold(ctx, input),
  releaseHouseHold: (_parent, { input }, ctx) => releaseHouseHold(ctx, input),
  reschedulePerformance: (_parent, { input }, ctx) => reschedulePerformance(ctx, input),
  setHouseHold: (_parent, { input }, ctx) => orRefusal(setHouseHold(ctx, input), SeatsTaken),
  undoCheckIn: (_parent, { input }, ctx) => undoCheckIn(ctx, input),
  updateEvent: (_parent, { input }, ctx) => orRefusal(updateEvent(ctx, input), SlugTaken),
  updatePerformance: (_parent, { input }, ctx) => updatePerformance(ctx, input),
  updatePriceTier: (_parent, { input }, ctx) => updatePriceTier(ctx, input),
}
