import type { Money } from '@tikitu/kit/base/money'
import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { and, eq, gt, inArray, isNull, or, sql, sum } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, refunds } from '../../db/tables/payments.ts'

const dayMs = 24 * 3_600_000

/** A refund that may need approval. */
export interface RefundToApprove {
  amountMinor: number
  requestedBy: string
}

/**
 * Whether a refund needs a second person's approval: together with earlier refunds of this payment by people, or with this
 * person's refunds of the past day, it exceeds the limit of its currency. Splitting it makes no difference, and
 * cancellations by staff count too. The caller's transaction has locked the payment; this person's refunds are locked from
 * here on.
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

/** Whether the amount exceeds what one person may move alone, in the limit of its currency for the partner or for all. */
export async function isAboveApprovalLimit(ctx: Ctx, partnerId: string | null, amount: Money): Promise<boolean> {
  const key = 'payment.refundApprovalAboveMinor'
  const { type, fallback } = configKeys[key]
  const scopes = partnerId ? [partnerId] : []
  const limits: Record<string, number> = await readConfig(ctx, { key, scopes, type, fallback })
  return amount.amountMinor > (limits[amount.currency] ?? 0)
}

/** Cancellations by customers follow the policy, and refunds by booking are nobody's decision. */
function isByPerson() {
  return or(eq(refunds.cause, 'STAFF'), sql`${refunds.requestedBy} not like 'service:%'`)
}

/** Refunds that a second person approved do not count. */
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
