import type { Money } from '@tikitu/kit/base/money'
import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type CaptureRow, type IssueRow, paymentCaptures } from '../../db/tables/issues.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'
import { changeIssue, lockIssue, resolveIssue } from '../issues/change-issue.ts'
import { postReversal, postUnexpectedCapture } from '../issues/issue-postings.ts'
import { openIssue } from '../issues/open-issue.ts'
import { commissionOf } from '../ledger/commission.ts'
import { postCapture } from '../ledger/ledger.ts'
import { checkCapture } from './check-capture.ts'
import { partiesOf } from './payment-parties.ts'
import { isSameMoney } from './payment-state.ts'

/**
 * Applies a capture. The amount due pays for the booking, once; anything else is held and becomes an issue, so that no
 * money is ever kept unnoticed. The caller's transaction has locked the payment.
 */
export async function applyCapture(ctx: Ctx, payment: PaymentRow, update: PaymentUpdate): Promise<PaymentRow> {
  const known = await capturesOf(ctx, payment.id)
  const verdict = checkCapture(known, update)
  if (verdict.is === 'REPEAT') {
    await nameAttempt(ctx, update, known)
    return payment
  }
  const isDue = isSameMoney(update.amount, payment) && payment.capturedAt === null
  if (verdict.is === 'CORRECTION') {
    const [issueId] = known.flatMap((row) => (isSameMoney(row, verdict.before) && row.issueId ? [row.issueId] : []))
    const issue = issueId ? await lockIssue(ctx, issueId) : null
    if (issue && isUntouched(issue)) return await correct(ctx, payment, { issue, update, verdict })
    return await recordContradiction(ctx, payment, { update, verdict })
  }
  if (isDue) {
    await record(ctx, payment, { update, attemptKey: verdict.attemptKey, issueId: null })
    return await recordCapture(ctx, payment, { amount: update.amount, capturedAt: update.at })
  }
  const kind = verdict.isFirst ? ('CAPTURE_MISMATCH' as const) : ('DUPLICATE_CAPTURE' as const)
  return await setAside(ctx, payment, { kind, update, attemptKey: verdict.attemptKey })
}

/**
 * Records that the payment is captured at that amount, which is the amount due or what staff accepted, and emits the event.
 */
export async function recordCapture(
  ctx: Ctx,
  payment: PaymentRow,
  { amount, capturedAt, isPosted = false }: { amount: Money; capturedAt: Date; isPosted?: boolean },
): Promise<PaymentRow> {
  const commissionMinor = await commissionOf(ctx, payment)
  const captured = { ...payment, capturedMinor: amount.amountMinor, commissionMinor, capturedAt }
  const { capturedMinor } = captured
  await ctx.db.update(payments).set({ capturedMinor, commissionMinor, capturedAt }).where(eq(payments.id, payment.id))
  if (!isPosted) await postCapture(ctx, captured, capturedAt)
  await publishCapture(ctx, captured)
  return captured
}

/** Emits that a payment was captured: booking then confirms or rejects it. */
export async function publishCapture(ctx: Ctx, payment: PaymentRow): Promise<void> {
  const { capturedMinor, amountMinor, currency } = payment
  const due = capturedMinor === amountMinor ? {} : { due: { amountMinor, currency } }
  const capturedAt = (payment.capturedAt ?? ctx.now()).toISOString()
  const data = { ...partiesOf(payment), amount: { amountMinor: capturedMinor, currency }, capturedAt, ...due }
  await emit(ctx, 'payment.captured', { subject: payment.id, data })
}

interface UnexpectedCapture {
  kind: 'CAPTURE_MISMATCH' | 'DUPLICATE_CAPTURE'
  update: PaymentUpdate
  attemptKey: string
}

async function setAside(
  ctx: Ctx,
  payment: PaymentRow,
  { kind, update, attemptKey }: UnexpectedCapture,
): Promise<PaymentRow> {
  const { amount, at } = update
  ctx.log.error({ paymentId: payment.id, update }, 'the provider captured a wrong amount')
  const isMismatch = kind === 'CAPTURE_MISMATCH'
  const issue = await openIssue(ctx, {
    ...{ kind, payment, amount, provider: payment.provider, received: amount },
    key: `capture:${payment.id}:${attemptKey}`,
    expected: isMismatch ? { amountMinor: payment.amountMinor, currency: payment.currency } : null,
    suspenseMinor: amount.amountMinor,
  })
  await postUnexpectedCapture(ctx, issue, { ...amount, at, step: issue.version })
  await record(ctx, payment, { update, attemptKey, issueId: issue.id })
  return isMismatch && payment.capturedAt === null ? await setReview(ctx, payment, amount) : payment
}

async function setReview(ctx: Ctx, payment: PaymentRow, amount: Money | null): Promise<PaymentRow> {
  const review = {
    reviewReason: amount ? ('CAPTURE_MISMATCH' as const) : null,
    reviewAmountMinor: amount?.amountMinor ?? null,
    reviewCurrency: amount?.currency ?? null,
  }
  await ctx.db.update(payments).set(review).where(eq(payments.id, payment.id))
  return { ...payment, ...review }
}

interface Correction {
  update: PaymentUpdate
  verdict: { attemptKey: string; before: Money }
}

/** Whether staff have not acted on it: then the provider's latest report counts. */
function isUntouched({ status, suspenseMinor, refundId }: IssueRow): boolean {
  return status === 'OPEN' && suspenseMinor > 0 && refundId === null
}

/** Staff have not acted yet: the earlier report is reversed, and the new one takes its place. */
async function correct(
  ctx: Ctx,
  payment: PaymentRow,
  { issue, update, verdict }: Correction & { issue: IssueRow },
): Promise<PaymentRow> {
  const { amount, at } = update
  const isDue = isSameMoney(amount, payment) && payment.capturedAt === null
  await postReversal(ctx, issue, 'MISMATCHED_CAPTURE')
  await record(ctx, payment, { update, attemptKey: verdict.attemptKey, issueId: isDue ? null : issue.id })
  if (isDue) {
    await resolveIssue(ctx, issue, { step: 'CORRECTED', resolution: 'SETTLED' })
    const cleared = await setReview(ctx, payment, null)
    return await recordCapture(ctx, cleared, { amount, capturedAt: at })
  }
  const now = { ...amount, receivedMinor: amount.amountMinor, receivedCurrency: amount.currency }
  const changed = await changeIssue(ctx, issue, {
    step: 'CORRECTED',
    set: { ...now, suspenseMinor: amount.amountMinor },
  })
  await postUnexpectedCapture(ctx, changed, { ...amount, at, step: changed.version })
  return payment.reviewReason ? await setReview(ctx, payment, amount) : payment
}

/**
 * It already paid for the booking, or staff acted on it, and now the provider reports another amount: the excess is held.
 */
async function recordContradiction(
  ctx: Ctx,
  payment: PaymentRow,
  { update, verdict }: Correction,
): Promise<PaymentRow> {
  const { amount, at } = update
  const { before, attemptKey } = verdict
  const isOneCurrency = before.currency === amount.currency
  const moreMinor = isOneCurrency ? Math.max(0, amount.amountMinor - before.amountMinor) : amount.amountMinor
  const issue = await openIssue(ctx, {
    ...{ kind: 'CAPTURE_MISMATCH', payment, provider: payment.provider, received: amount },
    key: `capture:${payment.id}:${attemptKey}:${amount.amountMinor}${amount.currency}`,
    amount: { amountMinor: moreMinor || Math.abs(before.amountMinor - amount.amountMinor), currency: amount.currency },
    expected: { amountMinor: before.amountMinor, currency: before.currency },
    suspenseMinor: moreMinor,
  })
  if (moreMinor > 0) await postUnexpectedCapture(ctx, issue, { amountMinor: moreMinor, at, step: issue.version })
  await record(ctx, payment, { update, attemptKey, issueId: issue.id })
  return payment
}

async function capturesOf(ctx: Ctx, paymentId: string): Promise<CaptureRow[]> {
  return await ctx.db
    .select()
    .from(paymentCaptures)
    .where(eq(paymentCaptures.paymentId, paymentId))
    .orderBy(asc(paymentCaptures.recordedAt))
}

async function record(
  ctx: Ctx,
  payment: PaymentRow,
  { update, attemptKey, issueId }: { update: PaymentUpdate; attemptKey: string; issueId: string | null },
): Promise<void> {
  const row = { paymentId: payment.id, attemptKey, ...update.amount, at: update.at, issueId, recordedAt: ctx.now() }
  await ctx.db.insert(paymentCaptures).values(row)
  await nameAttempt(ctx, update, [row])
}

/** Names the attempt of an unnamed capture. A capture of another attempt is other money after that. */
async function nameAttempt(
  ctx: Ctx,
  { paymentId, attemptId }: PaymentUpdate,
  known: readonly Pick<CaptureRow, 'attemptKey'>[],
): Promise<void> {
  if (attemptId === null || !known.some(({ attemptKey }) => attemptKey === '')) return
  const isNameless = and(eq(paymentCaptures.paymentId, paymentId), eq(paymentCaptures.attemptKey, ''))
  await ctx.db.update(paymentCaptures).set({ attemptKey: attemptId }).where(isNameless)
}
