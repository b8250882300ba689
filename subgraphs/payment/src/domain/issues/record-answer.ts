import { and, eq, isNull } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { payments } from '../../db/tables/payments.ts'
import { resolveIssue } from './change-issue.ts'
import { findIssue } from './open-issue.ts'

/** The issue of a payment that was captured and about which booking says nothing. */
export const unconfirmedKey = (paymentId: string): string => `unconfirmed:${paymentId}`

/** Booking said what becomes of a captured payment: nobody waits for that any more. */
export async function recordAnswer(ctx: Ctx, paymentId: string): Promise<void> {
  const isWaiting = and(eq(payments.id, paymentId), isNull(payments.answeredAt))
  const [answered] = await ctx.db.update(payments).set({ answeredAt: ctx.now() }).where(isWaiting).returning()
  if (!answered || answered.openIssues === 0) return
  const issue = await findIssue(ctx, unconfirmedKey(paymentId))
  if (issue?.status === 'OPEN' && issue.suspenseMinor === 0) {
    await resolveIssue(ctx, issue, { step: 'SETTLED', resolution: 'SETTLED' })
  }
}
