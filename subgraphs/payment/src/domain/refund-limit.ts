import type { Money } from '@tikitu/kit/money'
import { readConfig } from '@tikitu/kit/settings'
import { configKeys } from '@tikitu/schema/config'
import { and, eq, inArray, isNull, sum } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type PaymentRow, refunds } from '../db/tables/payments.ts'

/**
 * Whether a refund of that much has to wait for a second person: with what staff gave back of this payment before, it is above
 * the configured amount. In parts it is the same money. The caller's transaction has locked the payment.
 */
export async function needsApproval(ctx: Ctx, payment: PaymentRow, amountMinor: number): Promise<boolean> {
  const inAll = amountMinor + (await givenByStaff(ctx, payment))
  return await isAboveApprovalLimit(ctx, payment.partnerId, { amountMinor: inAll, currency: payment.currency })
}

/** Whether that is more than one person may move alone, of a partner's payments or of nobody's. */
export async function isAboveApprovalLimit(ctx: Ctx, partnerId: string | null, amount: Money): Promise<boolean> {
  const key = 'payment.refundApprovalAboveMinor'
  const { type, fallback } = configKeys[key]
  const limit = await readConfig(ctx, { key, scopes: partnerId ? [partnerId] : [], type, fallback })
  return amount.amountMinor > limit
}

/** What a second person approved does not count: it was looked at. */
async function givenByStaff(ctx: Ctx, payment: PaymentRow): Promise<number> {
  const [given] = await ctx.db
    .select({ amountMinor: sum(refunds.amountMinor) })
    .from(refunds)
    .where(
      and(
        eq(refunds.paymentId, payment.id),
        eq(refunds.cause, 'STAFF'),
        isNull(refunds.decidedBy),
        inArray(refunds.status, ['APPROVED', 'PENDING', 'SUCCEEDED']),
      ),
    )
  return Number(given?.amountMinor ?? 0)
}
