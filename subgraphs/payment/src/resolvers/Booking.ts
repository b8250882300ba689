import { partnerBalances } from '../domain/ledger/ledger-balances.ts'
import { getPaymentOfBooking } from '../domain/payments/get-payment.ts'
import type { BookingResolvers, PartnerResolvers } from '../generated/resolvers.ts'

export const Booking: BookingResolvers = {
  payment: ({ id }, _args, ctx) => getPaymentOfBooking(ctx, id),
}

export const Partner: PartnerResolvers = {
  balance: ({ id }, _args, ctx) => partnerBalances(ctx, id),
}
