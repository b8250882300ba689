import { NotFound } from '@tikitu/kit/base/errors'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type IssueRow, paymentIssueSteps, paymentIssues } from '../../db/tables/issues.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import { actorOf } from './issue-actor.ts'

type Occasion = Payload<'payment.issueChanged'>['occasion']

/** A step in the history of an issue, and the columns it changes. */
export interface IssueChange {
  /** `OPENED`, `RETRY`, `REFUND_FAILED`, … */
  step: string
  note?: string | null
  /** What the event announces, where it does not follow from the status. */
  occasion?: Occasion
  set: Partial<Omit<IssueRow, 'id' | 'version'>>
}

/** The issue. @throws {NotFound} */
export async function requireIssue(ctx: Ctx, id: string): Promise<IssueRow> {
  const [issue] = await ctx.db.select().from(paymentIssues).where(eq(paymentIssues.id, id))
  if (!issue) throw new NotFound('payment issue', id)
  return issue
}

/** The issue, locked until the transaction ends. Its payment is always locked before it. @throws {NotFound} */
export async function lockIssue(ctx: Ctx, id: string): Promise<IssueRow> {
  const [issue] = await ctx.db.select().from(paymentIssues).where(eq(paymentIssues.id, id)).for('update')
  if (!issue) throw new NotFound('payment issue', id)
  return issue
}

/**
 * Changes an issue that the caller's transaction has locked, records the step and emits the event. Returns the changed
 * issue.
 */
export async function changeIssue(
  ctx: Ctx,
  issue: IssueRow,
  { step, note, occasion, set }: IssueChange,
): Promise<IssueRow> {
  const changed = { ...issue, ...set, version: issue.version + 1 }
  await ctx.db.update(paymentIssues).set(changed).where(eq(paymentIssues.id, issue.id))
  await countOpen(ctx, changed, Number(changed.status !== 'RESOLVED') - Number(issue.status !== 'RESOLVED'))
  await recordStep(ctx, changed, { step, note: note ?? null })
  await publishIssueChanged(ctx, changed, occasion ?? occasionOf(issue, changed))
  return changed
}

/** Resolves an issue: it holds no money after this. */
export async function resolveIssue(
  ctx: Ctx,
  issue: IssueRow,
  {
    resolution,
    ...change
  }: Omit<IssueChange, 'set'> & {
    resolution: NonNullable<IssueRow['resolution']>
    set?: IssueChange['set']
  },
): Promise<IssueRow> {
  const ended = { status: 'RESOLVED' as const, resolution, request: null, resolvedAt: ctx.now(), suspenseMinor: 0 }
  return await changeIssue(ctx, issue, { ...change, set: { ...change.set, ...ended } })
}

/** Records a step in the issue's history. */
export async function recordStep(
  ctx: Ctx,
  { id: issueId, version, status }: IssueRow,
  { step, note }: { step: string; note: string | null },
): Promise<void> {
  const row = { issueId, version, status, step, note, actor: actorOf(ctx), at: ctx.now() }
  await ctx.db.insert(paymentIssueSteps).values(row)
}

/** Counts the open issues on the payment, so that most reports need not look for any. */
export async function countOpen(ctx: Ctx, { paymentId }: IssueRow, by: number): Promise<void> {
  if (paymentId === null || by === 0) return
  await ctx.db
    .update(payments)
    .set({ openIssues: sql`${payments.openIssues} + ${by}` })
    .where(eq(payments.id, paymentId))
}

/** Emits the issue's state. */
export async function publishIssueChanged(ctx: Ctx, issue: IssueRow, occasion: Occasion): Promise<void> {
  const payment = await paymentOf(ctx, issue)
  const { id: issueId, version, kind, status, resolution, paymentId, partnerId, userId, refundId } = issue
  await emit(ctx, 'payment.issueChanged', {
    subject: issueId,
    data: {
      ...{ issueId, version, kind, status, occasion, resolution, paymentId, partnerId, userId, refundId },
      bookingId: payment?.bookingId ?? null,
      reference: payment?.reference ?? null,
      amount: { amountMinor: issue.amountMinor, currency: issue.currency },
      expected: moneyOrNull(issue.expectedMinor, issue.expectedCurrency),
      received: moneyOrNull(issue.receivedMinor, issue.receivedCurrency),
      openedAt: issue.openedAt.toISOString(),
    },
  })
}

/** An amount, or null when it is unknown. */
export function moneyOrNull(amountMinor: number | null, currency: string | null) {
  return amountMinor === null || currency === null ? null : { amountMinor, currency }
}

async function paymentOf(ctx: Ctx, { paymentId }: IssueRow): Promise<PaymentRow | null> {
  if (paymentId === null) return null
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
  return payment ?? null
}

function occasionOf(before: IssueRow, after: IssueRow): Occasion {
  if (after.status === 'RESOLVED') return before.status === 'RESOLVED' ? 'CHANGED' : 'RESOLVED'
  return before.status === 'RESOLVED' && after.status === 'OPEN' ? 'REOPENED' : 'CHANGED'
}
