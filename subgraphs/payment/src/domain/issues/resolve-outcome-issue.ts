import type { Ctx } from '../../context.ts'
import type { PaymentRow } from '../../db/tables/payments.ts'
import { resolveIssue } from './change-issue.ts'
import { findIssue } from './open-issue.ts'

/** The key of an issue about an unknown outcome. */
export const outcomeKey = (id: string): string => `outcome:${id}`

/**
 * Resolves the issue about an unknown outcome once the outcome is known. The caller's transaction has locked the payment.
 */
export async function resolveOutcomeIssue(ctx: Ctx, payment: PaymentRow, status: PaymentRow['status']): Promise<void> {
  if (payment.openIssues === 0 || status === 'PROCESSING' || status === 'REQUIRES_ACTION') return
  await resolveIssueOf(ctx, outcomeKey(payment.id))
}

/** Resolves the issue of that key if it is open: the provider or booking reported the outcome. */
export async function resolveIssueOf(ctx: Ctx, key: string): Promise<void> {
  const issue = await findIssue(ctx, key)
  if (issue && issue.status !== 'RESOLVED') await resolveIssue(ctx, issue, { step: 'SETTLED', resolution: 'SETTLED' })
}
