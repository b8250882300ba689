import type { Ctx } from '../../context.ts'
import type { PaymentRow } from '../../db/tables/payments.ts'
import { resolveIssue } from './change-issue.ts'
import { findIssue } from './open-issue.ts'

/** The issue of an outcome that stays unknown. */
export const outcomeKey = (id: string): string => `outcome:${id}`

/** Ends the issue of a payment whose outcome was not known, now that it is. The caller's transaction has locked the payment. */
export async function resolveOutcomeIssue(ctx: Ctx, payment: PaymentRow, status: PaymentRow['status']): Promise<void> {
  if (payment.openIssues === 0 || status === 'PROCESSING' || status === 'REQUIRES_ACTION') return
  await resolveIssueOf(ctx, outcomeKey(payment.id))
}

/** Ends the issue of that key, when it is open: the provider, or booking, said what became of it. */
export async function resolveIssueOf(ctx: Ctx, key: string): Promise<void> {
  const issue = await findIssue(ctx, key)
  if (issue && issue.status !== 'RESOLVED') await resolveIssue(ctx, issue, { step: 'SETTLED', resolution: 'SETTLED' })
}
