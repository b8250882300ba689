import { and, desc, eq, isNull, or, type SQL } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { ledgerEntries, type TransactionRow, transactions } from '../../db/tables/ledger.ts'
import type { PaymentRow } from '../../db/tables/payments.ts'
import { creditParties, type Debit, debitParties, debitsOf, type Line, type Movement, post } from '../ledger/ledger.ts'

/** A line on the SUSPENSE account. A positive amount takes from it, as it is owed to somebody. */
function suspense(amountMinor: number): Line {
  return { kind: 'SUSPENSE', owner: null, amountMinor }
}

/** What every posting of an issue contains besides its lines. `step` is the issue's version after the change. */
function movementOf(issue: IssueRow, amountMinor: number, occurredAt: Date) {
  const { id: issueId, paymentId, partnerId, currency, version } = issue
  return { issueId, step: version + 1, paymentId, partnerId, currency, amountMinor: Math.abs(amountMinor), occurredAt }
}

/** Holds money that came in and was not due, until staff decide whose it is. */
export async function postUnexpectedCapture(
  ctx: Ctx,
  issue: IssueRow,
  { amountMinor, at, step }: { amountMinor: number; at: Date; step: number },
): Promise<void> {
  await post(ctx, { ...movementOf(issue, amountMinor, at), step, kind: 'MISMATCHED_CAPTURE' }, [
    { kind: 'PROVIDER_CLEARING', owner: issue.provider, amountMinor },
    suspense(-amountMinor),
  ])
}

/** Records money that went out and was not requested. */
export async function postUnexpectedRefund(
  ctx: Ctx,
  issue: IssueRow,
  { amountMinor, at, step }: { amountMinor: number; at: Date; step: number },
): Promise<void> {
  const { refundId } = issue
  await post(ctx, { ...movementOf(issue, amountMinor, at), step, refundId, kind: 'MISMATCHED_REFUND' }, [
    { kind: 'PROVIDER_CLEARING', owner: issue.provider, amountMinor: -amountMinor },
    suspense(amountMinor),
  ])
}

/** Holds a failed refund for the customer: the partner is not paid out of it. */
export async function postUnallocatedRefund(
  ctx: Ctx,
  issue: IssueRow,
  { payment, taken, step }: { payment: PaymentRow; taken: Debit; step: number },
): Promise<void> {
  const { refundId } = issue
  const { amountMinor } = taken
  await post(ctx, { ...movementOf(issue, amountMinor, ctx.now()), step, refundId, kind: 'SET_ASIDE' }, [
    ...debitParties(payment, taken),
    suspense(-amountMinor),
  ])
}

/** Returns money that was set aside to the parties: the customer is no longer owed it. */
export async function postReleased(
  ctx: Ctx,
  issue: IssueRow,
  { payment, taken }: { payment: PaymentRow; taken: Debit },
): Promise<void> {
  const { amountMinor } = taken
  const before = { ...payment, ...debitsOf(payment, { ...taken, amountMinor: -amountMinor }) }
  const given = debitParties(before, taken).map((line) => ({ ...line, amountMinor: -line.amountMinor }))
  const movement = { ...movementOf(issue, amountMinor, ctx.now()), refundId: issue.refundId }
  await post(ctx, { ...movement, kind: 'RELEASED' }, [suspense(amountMinor), ...given])
}

/** Holds a returned refund: it is owed again. */
export async function postReturned(
  ctx: Ctx,
  issue: IssueRow,
  { amountMinor, at, step }: { amountMinor: number; at: Date; step: number },
): Promise<void> {
  const { refundId } = issue
  await post(ctx, { ...movementOf(issue, amountMinor, at), step, refundId, kind: 'RETURNED_REFUND' }, [
    { kind: 'PROVIDER_CLEARING', owner: issue.provider, amountMinor },
    suspense(-amountMinor),
  ])
}

/** Pays held money to the customer: through the provider, or from the platform's bank account. */
export async function postPaidBack(
  ctx: Ctx,
  issue: IssueRow,
  { amountMinor, at, route }: { amountMinor: number; at: Date; route: 'PROVIDER' | 'BANK_TRANSFER' },
): Promise<void> {
  const from = route === 'PROVIDER' ? ({ kind: 'PROVIDER_CLEARING', owner: issue.provider } as const) : bank
  const kind = route === 'PROVIDER' ? ('REFUND' as const) : ('BANK_TRANSFER' as const)
  await post(ctx, { ...movementOf(issue, amountMinor, at), refundId: issue.refundId, kind }, [
    suspense(amountMinor),
    { ...from, amountMinor: -amountMinor },
  ])
}

const bank = { kind: 'BANK', owner: null } as const

/** Distributes the accepted capture to the parties. A surplus stays on SUSPENSE. */
export async function postAccepted(ctx: Ctx, issue: IssueRow, payment: PaymentRow): Promise<void> {
  const { capturedMinor } = payment
  await post(ctx, { ...movementOf(issue, capturedMinor, ctx.now()), kind: 'ACCEPTED_DIFFERENCE' }, [
    suspense(capturedMinor),
    ...creditParties(payment, capturedMinor),
  ])
}

/** Debits the parties for the amount that the provider refunded. */
export async function postAcceptedRefund(
  ctx: Ctx,
  issue: IssueRow,
  { payment, taken }: { payment: PaymentRow; taken: Debit },
): Promise<void> {
  const { amountMinor } = taken
  const movement = { ...movementOf(issue, amountMinor, ctx.now()), refundId: issue.refundId }
  await post(ctx, { ...movement, kind: 'ACCEPTED_DIFFERENCE' }, [
    ...debitParties(payment, taken),
    suspense(-amountMinor),
  ])
}

/** Writes off lost money as the platform's loss. */
export async function postWriteOff(ctx: Ctx, issue: IssueRow, amountMinor: number): Promise<void> {
  await post(ctx, { ...movementOf(issue, amountMinor, ctx.now()), refundId: issue.refundId, kind: 'WRITE_OFF' }, [
    { kind: 'PLATFORM_LOSSES', owner: null, amountMinor },
    suspense(-amountMinor),
  ])
}

/** The parties pay the requested refund to the platform, which bears what the provider sent instead. */
export async function postPlatformLoss(
  ctx: Ctx,
  issue: IssueRow,
  { payment, taken }: { payment: PaymentRow; taken: Debit },
): Promise<void> {
  const { currency } = payment
  const { amountMinor } = taken
  const movement = { ...movementOf(issue, amountMinor, ctx.now()), currency, refundId: issue.refundId }
  await post(ctx, { ...movement, kind: 'ACCEPTED_DIFFERENCE' }, [
    ...debitParties(payment, taken),
    { kind: 'PLATFORM_LOSSES', owner: null, amountMinor: -amountMinor },
  ])
}

/** Reverses the issue's latest posting of that kind, line by line. */
export async function postReversal(ctx: Ctx, issue: IssueRow, kind: TransactionRow['kind']): Promise<void> {
  const isIts = or(eq(transactions.issueId, issue.id), isOlderThanIssues(issue))
  const [posted] = await ctx.db
    .select()
    .from(transactions)
    .where(and(isIts, eq(transactions.kind, kind)))
    .orderBy(desc(transactions.step))
    .limit(1)
  if (!posted) throw new Error(`${issue.id} has no ${kind} posting to reverse`)
  const entries = await ctx.db.select().from(ledgerEntries).where(eq(ledgerEntries.transactionId, posted.id))
  const { paymentId, partnerId, currency, amountMinor, refundId } = posted
  const movement: Movement = {
    ...{ paymentId, partnerId, currency, amountMinor, refundId },
    ...{ kind: 'REVERSAL' as const, reversesId: posted.id, issueId: issue.id, step: issue.version + 1 },
    occurredAt: ctx.now(),
  }
  const lines = entries.map((entry) => ({ ...accountOf(entry.accountId), amountMinor: -entry.amountMinor }))
  await post(ctx, movement, lines)
}

/** Old postings, from before there were issues, have none. */
function isOlderThanIssues({ paymentId }: IssueRow): SQL | undefined {
  return paymentId === null ? undefined : and(eq(transactions.paymentId, paymentId), isNull(transactions.issueId))
}

/** The kind and owner in an account's id. */
function accountOf(id: string): Pick<Line, 'kind' | 'owner'> {
  const [kind, ...rest] = id.split(':')
  return { kind: kind as Line['kind'], owner: rest.length === 2 ? (rest[0] ?? null) : null }
}
