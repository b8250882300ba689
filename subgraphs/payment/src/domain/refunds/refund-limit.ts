import type { Money } from '@tikitu/kit/base/money'
import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { and, eq, gt, inArray, isNull, or, sql, sum } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, refunds } from '../../db/tables/payments.ts'

const dayMs = 24 * 3_600_000

/** Money that somebody wants to give back. */
export interface RefundToApprove {
  amountMinor: number
  requestedBy: string
}

/**
 * Whether a refund has to wait for a second person: with what people gave back of this payment before, or with what this person
 * gave back within a day, it is above the limit of its currency. In parts it is the same money. Cancellations by staff count
 * too. The caller's transaction has locked the payment; from here on it is the only one that counts for this person.
 */
export async function needsApproval(ctx: Ctx, payment: PaymentRow, wanted: RefundToApprove): Promise<boolean> {
  await ctx.db.execute(sql`
    /* payment.needsApproval */
    select pg_advisory_xact_lock(hashtextextended(${`refunds:${wanted.requestedBy}`}, 0))`)
  const ofPayment = await sumWithoutApproval(ctx, and(eq(refunds.paymentId, payment.id), isByPerson()))
  const yesterday = new Date(ctx.now().getTime() - dayMs)
  const isHisDay = and(eq(refunds.requestedBy, wanted.requestedBy), gt(refunds.createdAt, yesterday))
  const byPerson = await sumWithoutApproval(ctx, and(isHisDay, eq(refunds.currency, payment.currency)))
  const amountMinor = wanted.amountMinor + Math.max(ofPayment, byPerson)
  return await isAboveApprovalLimit(ctx, payment.partnerId, { amountMinor, currency: payment.currency })
}

/** Whether that is more than one person may move alone, of a partner's payments or of nobody's, in the limit of its currency. */
export async function isAboveApprovalLimit(ctx: Ctx, partnerId: string | null, amount: Money): Promise<boolean> {
  const key = 'payment.refundApprovalAboveMinor'
  const { type, fallback } = configKeys[key]
  const scopes = partnerId ? [partnerId] : []
  const limits: Record<string, number> = await readConfig(ctx, { key, scopes, type, fallback })
  return amount.amountMinor > (limits[amount.currency] ?? 0)
}

/** Customers cancel their own tickets by its policy, and what booking must give back is nobody's decision. */
function isByPerson() {
  return or(eq(refunds.cause, 'STAFF'), sql`${refunds.requestedBy} not like 'service:%'`)
}

/** What a second person approved does not count: it was looked at. */
async function sumWithoutApproval(ctx: Ctx, which: ReturnType<typeof and>): Promise<number> {
  const [given] = await ctx.db
    .select({ amountMinor: sum(refunds.amountMinor) })
    .from(refunds)
    .where(
      and(
        which,
        isNull(refunds.decidedBy),
        inArray(refunds.status, ['ENDING_TICKETS', 'APPROVED', 'PENDING', 'SUCCEEDED']),
      ),
    )
  return Number(given?.amountMinor ?? 0)
}
