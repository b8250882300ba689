import { and, eq, isNull } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { payments } from '../../db/tables/payments.ts'
import { resolveIssue } from './change-issue.ts'
import { findIssue } from './open-issue.ts'

/** The key of an issue about a captured payment that booking has not answered. */
export const unconfirmedKey = (paymentId: string): string => `unconfirmed:${paymentId}`

/** Records that booking confirmed or rejected a captured payment, and resolves an issue about it. */
export async function recordAnswer(ctx: Ctx, paymentId: string): Promise<void> {
  const isWaiting = and(eq(payments.id, paymentId), isNull(payments.answeredAt))
  const [answered] = await ctx.db.update(payments).set({ answeredAt: ctx.now() }).where(isWaiting).returning()
  if (!answered || answered.openIssues === 0) return
  const issue = await findIssue(ctx, unconfirmedKey(paymentId))
  if (issue?.status === 'OPEN' && issue.suspenseMinor === 0) {
    await resolveIssue(ctx, issue, { step: 'SETTLED', resolution: 'SETTLED' })
  }
}
