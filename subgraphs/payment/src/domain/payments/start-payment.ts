import { idempotent } from '@tikitu/kit/context/idempotency'
import type { QuoteClaims } from '@tikitu/schema/quote'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import { bookingOutcomes } from '../../db/tables/projections.ts'
import { PaymentClosed, QuoteInvalid } from '../../errors.ts'
import { requireActiveUser } from '../projections/active-user.ts'
import { lockBooking } from './close-booking.ts'
import { requireOwnPayment } from './get-payment.ts'
import { readQuote } from './read-quote.ts'

export interface StartPaymentInput {
  quote: string
  idempotencyKey?: string | null
}

/**
 * Creates the payment of a booking from its quote; starting again returns the same payment. Nothing is charged yet.
 * @throws {QuoteInvalid | QuoteExpired | PaymentClosed | UserSuspended}
 */
export async function startPayment(ctx: Ctx, input: StartPaymentInput): Promise<PaymentRow> {
  await requireActiveUser(ctx)
  const claims = await readQuote(ctx, input.quote)
  return await idempotent(
    ctx,
    { operation: 'startPayment', input },
    {
      authorize: async (ctx) => {
        const { userId } = await requireActiveUser(ctx)
        if (claims.userId !== userId) throw new QuoteInvalid('This quote belongs to another customer.')
      },
      load: requireOwnPayment,
      act: (ctx) => openPayment(ctx, claims, input.quote),
    },
  )
}

async function openPayment(ctx: Ctx, claims: QuoteClaims, quote: string): Promise<PaymentRow> {
  await lockBooking(ctx, claims.bookingId)
  const [outcome] = await ctx.db.select().from(bookingOutcomes).where(eq(bookingOutcomes.bookingId, claims.bookingId))
  if (outcome) throw new PaymentClosed('This booking can no longer be paid. Place a new one.')
  const fresh = paymentOf(ctx, claims, quote)
  const [payment] = await ctx.db
    .insert(payments)
    .values(fresh)
    .onConflictDoUpdate({
      target: payments.bookingId,
      set: { expiresAt: sql`greatest(${payments.expiresAt}, excluded.expires_at)` },
    })
    .returning()
  if (!payment) throw new Error(`no payment for ${claims.bookingId}`)
  const isSame = payment.amountMinor === fresh.amountMinor && payment.currency === fresh.currency
  if (!isSame) throw new QuoteInvalid('A different amount was already agreed for this booking.')
  if (payment.closingAt || payment.status === 'CANCELLED') {
    throw new PaymentClosed('This booking can no longer be paid. Place a new one.')
  }
  return payment
}

function paymentOf(ctx: Ctx, claims: QuoteClaims, quote: string) {
  const { bookingId, reference, userId, partnerId, eventTitle, total } = claims
  return {
    id: ctx.newId('pay'),
    bookingId,
    reference,
    userId,
    partnerId,
    eventTitle,
    quote,
    provider: ctx.defaultProvider,
    amountMinor: total.amountMinor,
    currency: total.currency,
    feesMinor: claims.fees.amountMinor,
    taxMinor: claims.tax.amountMinor,
    feesTaxMinor: claims.feesTax?.amountMinor ?? 0,
    splitsTax: true,
    status: 'REQUIRES_METHOD' as const,
    expiresAt: new Date(claims.exp * 1000),
    createdAt: ctx.now(),
  }
}
