import { cancelBooking } from '../domain/bookings/cancel-booking.ts'
import { cancelTickets } from '../domain/bookings/cancel-tickets.ts'
import { placeBooking } from '../domain/bookings/place-booking.ts'
import { approveCancellation, rejectCancellation } from '../domain/cancellations/decide-cancellation.ts'
import { cancelEvent } from '../domain/catalogue/cancel-event.ts'
import { cancelPerformance } from '../domain/catalogue/cancel-performance.ts'
import { createEvent } from '../domain/catalogue/create-event.ts'
import { createPerformance } from '../domain/catalogue/create-performance.ts'
import { deletePerformance, publishPerformance } from '../domain/catalogue/performance-drafts.ts'
import { postponePerformance } from '../domain/catalogue/postpone-performance.ts'
import { addPriceTier, updatePriceTier } from '../domain/catalogue/price-tiers.ts'
import { publishEvent } from '../domain/catalogue/publish-event.ts'
import { reschedulePerformance } from '../domain/catalogue/reschedule-performance.ts'
import { updateEvent } from '../domain/catalogue/update-event.ts'
import { updatePerformance } from '../domain/catalogue/update-performance.ts'
import { checkIn } from '../domain/check-in/check-in.ts'
import { scanResultOf } from '../domain/check-in/scan-result.ts'
import { undoCheckIn } from '../domain/check-in/undo-check-in.ts'
import { blockSeats } from '../domain/inventory/block-seats.ts'
import { extendHold } from '../domain/inventory/extend-hold.ts'
import { holdBestAvailable } from '../domain/inventory/hold-best-available.ts'
import { holdGeneralAdmission } from '../domain/inventory/hold-general-admission.ts'
import { holdSeats } from '../domain/inventory/hold-seats.ts'
import { releaseHold } from '../domain/inventory/release-hold.ts'
import { unblockSeats } from '../domain/inventory/unblock-seats.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  addPriceTier: (_parent, { input }, ctx) => addPriceTier(ctx, input),
  blockSeats: (_parent, { input }, ctx) => blockSeats(ctx, input),
  cancelBooking: (_parent, { input }, ctx) => cancelBooking(ctx, input),
  approveCancellation: (_parent, { input }, ctx) => approveCancellation(ctx, input),
  rejectCancellation: (_parent, { input }, ctx) => rejectCancellation(ctx, input),
  cancelEvent: (_parent, { input }, ctx) => cancelEvent(ctx, input),
  cancelPerformance: (_parent, { input }, ctx) => cancelPerformance(ctx, input),
  cancelTickets: (_parent, { input }, ctx) => cancelTickets(ctx, input),
  checkIn: async (_parent, { input }, ctx) => scanResultOf(ctx, await checkIn(ctx, input)),
  createEvent: (_parent, { input }, ctx) => createEvent(ctx, input),
  createPerformance: (_parent, { input }, ctx) => createPerformance(ctx, input),
  deletePerformance: async (_parent, { input }, ctx) => ({ deletedId: await deletePerformance(ctx, input) }),
  extendHold: (_parent, { input }, ctx) => extendHold(ctx, input),
  holdBestAvailable: (_parent, { input }, ctx) => holdBestAvailable(ctx, input),
  holdGeneralAdmission: (_parent, { input }, ctx) => holdGeneralAdmission(ctx, input),
  holdSeats: (_parent, { input }, ctx) => holdSeats(ctx, input),
  placeBooking: (_parent, { input }, ctx) => placeBooking(ctx, input),
  postponePerformance: (_parent, { input }, ctx) => postponePerformance(ctx, input),
  publishEvent: (_parent, { input }, ctx) => publishEvent(ctx, input),
  publishPerformance: (_parent, { input }, ctx) => publishPerformance(ctx, input),
  releaseHold: (_parent, { input }, ctx) => releaseHold(ctx, input),
  reschedulePerformance: (_parent, { input }, ctx) => reschedulePerformance(ctx, input),
  unblockSeats: (_parent, { input }, ctx) => unblockSeats(ctx, input),
  undoCheckIn: (_parent, { input }, ctx) => undoCheckIn(ctx, input),
  updateEvent: (_parent, { input }, ctx) => updateEvent(ctx, input),
  updatePerformance: (_parent, { input }, ctx) => updatePerformance(ctx, input),
  updatePriceTier: (_parent, { input }, ctx) => updatePriceTier(ctx, input),
}
