import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { getHold, holdStatusAt } from '../domain/inventory/get-hold.ts'
import { amountsOfHold, seatsOfHold } from '../domain/inventory/hold-total.ts'
import type { HeldSeatResolvers, HoldResolvers } from '../generated/resolvers.ts'

export const Hold: HoldResolvers = {
  __resolveReference: (reference, ctx) => getHold(ctx, reference.id),
  performance: (hold, _args, ctx) => requireLoaded(ctx.load.performance, hold.performanceId),
  status: (hold, _args, ctx) => holdStatusAt(hold, ctx.now()),
  seats: (hold, _args, ctx) => seatsOfHold(ctx, hold),
  total: async (hold, _args, ctx) => (await amountsOfHold(ctx, hold)).prices,
  fees: async (hold, _args, ctx) => (await amountsOfHold(ctx, hold)).fees,
  tax: async (hold, _args, ctx) => (await amountsOfHold(ctx, hold)).tax,
  amountDue: async (hold, _args, ctx) => (await amountsOfHold(ctx, hold)).due,
}

export const HeldSeat: HeldSeatResolvers = {
  price: ({ priceMinor, currency }) => ({ amountMinor: priceMinor, currency }),
  fee: ({ feeMinor, currency }) => ({ amountMinor: feeMinor, currency }),
  feeTax: ({ feeTaxMinor, currency }) => ({ amountMinor: feeTaxMinor, currency }),
  tax: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
  seatLabel: ({ label }) => label,
  seatNumber: ({ number }) => number,
  tier: ({ tierId }, _args, ctx) => requireLoaded(ctx.load.priceTier, tierId ?? ''),
}
