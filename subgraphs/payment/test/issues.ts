import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import type { Payload } from '@tikitu/schema/events/registry'
import { asc, eq, sql } from 'drizzle-orm'
import { expect } from 'vitest'
import type { Ctx } from '../src/context.ts'
import { type IssueAction, type IssueRow, paymentIssueSteps, paymentIssues } from '../src/db/tables/issues.ts'
import { ledgerEntries, transactions } from '../src/db/tables/ledger.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../src/db/tables/payments.ts'
import { actionsOf } from '../src/domain/issues/issue-actions.ts'
import { applyRefundUpdate } from '../src/domain/refunds/apply-refund-update.ts'
import { ctxOf, runJobs, serviceCtx, testAdmin } from './factories.ts'

/** Queries for the tests of issues, on one database. */
export function issuesIn(database: TestDatabase) {
  const { db } = database

  const payment = async (id: string): Promise<PaymentRow> => {
    const [row] = await database.db.select().from(payments).where(eq(payments.id, id))
    if (!row) throw new Error(`no payment ${id}`)
    return row
  }
  const refundsOf = async (paymentId: string): Promise<RefundRow[]> =>
    await database.db.select().from(refunds).where(eq(refunds.paymentId, paymentId)).orderBy(asc(refunds.id))
  const issuesOf = async (paymentId: string): Promise<IssueRow[]> =>
    await database.db
      .select()
      .from(paymentIssues)
      .where(eq(paymentIssues.paymentId, paymentId))
      .orderBy(asc(paymentIssues.id))
  const issueOf = async (paymentId: string): Promise<IssueRow> => {
    const [issue, ...more] = await issuesOf(paymentId)
    if (!issue || more.length > 0) throw new Error(`${paymentId} has ${more.length + (issue ? 1 : 0)} issues`)
    return issue
  }
  const stepsOf = async (issueId: string): Promise<string[]> => {
    const rows = await database.db
      .select()
      .from(paymentIssueSteps)
      .where(eq(paymentIssueSteps.issueId, issueId))
      .orderBy(asc(paymentIssueSteps.version))
    return rows.map(({ step }) => step)
  }
  const eventsOf = async (subject: string, type: string) =>
    (await outboxOf(database.db)).filter(
      ({ event }) => event.subject === subject && event.type === `tikitu.payment.${type}.v1`,
    )
  const told = async (issueId: string): Promise<Payload<'payment.issueChanged'>[]> =>
    (await eventsOf(issueId, 'issueChanged'))
      .filter(({ to }) => to === 'notification')
      .map(({ event }) => event.data as Payload<'payment.issueChanged'>)
  /** Runs the sandbox's pending work and applies its report about each refund of the payment. */
  const settleRefunds = async (paymentId: string, ctx: Ctx = serviceCtx(database)): Promise<void> => {
    await runJobs(database, 'sendRefund')
    await runJobs(database, 'sandboxSettle')
    for (const { id, attempt } of await refundsOf(paymentId)) {
      const key = attempt === 1 ? id : `${id}~${attempt}`
      const report = await ctx.providers['sandbox']?.findRefund(key, AbortSignal.timeout(1_000))
      if (report) await applyRefundUpdate(ctx, report)
    }
  }
  /** The balances of a payment's postings by account, without zeros. */
  const booksOf = async (paymentId: string): Promise<Record<string, number>> => {
    const rows = await database.db
      .select({ account: ledgerEntries.accountId, minor: sql<string>`sum(${ledgerEntries.amountMinor})` })
      .from(ledgerEntries)
      .innerJoin(transactions, eq(transactions.id, ledgerEntries.transactionId))
      .where(eq(transactions.paymentId, paymentId))
      .groupBy(ledgerEntries.accountId)
    return Object.fromEntries(
      rows.map(({ account, minor }) => [account, Number(minor)]).filter(([, minor]) => minor !== 0),
    )
  }

  return { payment, refundsOf, issuesOf, issueOf, stepsOf, eventsOf, told, settleRefunds, booksOf, db }
}

/**
 * Checks that SUSPENSE holds exactly what the issues hold, per currency, that a payment's totals match its refunds, and
 * that resolved issues hold nothing.
 */
export async function expectConsistentLedger(database: TestDatabase): Promise<void> {
  const { rows: suspense } = await database.db.execute<{ currency: string; minor: string }>(sql`
    select currency, -sum(amount_minor)::bigint as minor from ledger_entries where account_id like 'SUSPENSE:%'
    group by currency having sum(amount_minor) <> 0 order by currency`)
  const { rows: issues } = await database.db.execute<{ currency: string; minor: string }>(sql`
    select currency, sum(suspense_minor)::bigint as minor from payment_issues
    group by currency having sum(suspense_minor) <> 0 order by currency`)
  expect(suspense).toEqual(issues)
  const { rows: wrong } = await database.db.execute(sql`
    select payments.id from payments
    left join lateral (
      select coalesce(sum(amount_minor) filter (where status <> 'REJECTED'), 0) as owed,
        coalesce(sum(amount_minor) filter (where status = 'SUCCEEDED'), 0) as made
      from refunds where payment_id = payments.id and cause <> 'PAYMENT_ISSUE'
    ) sums on true
    left join lateral (
      select count(*) as count from payment_issues where payment_id = payments.id and status <> 'RESOLVED'
    ) open on true
    where refund_reserved_minor <> owed or refunded_minor <> made or open_issues <> open.count
      or debited_minor > captured_minor or refunded_minor > debited_minor`)
  expect(wrong).toEqual([])
}

/** Two members of FINANCE. */
export function staffOf(database: TestDatabase): { first: Ctx; second: Ctx } {
  return { first: ctxOf(database, testAdmin()), second: ctxOf(database, testAdmin()) }
}

/** The actions allowed on an issue. */
export async function possibleActions(database: TestDatabase, issue: IssueRow): Promise<IssueAction[]> {
  const { paymentId, refundId } = issue
  const [payment] = paymentId ? await database.db.select().from(payments).where(eq(payments.id, paymentId)) : []
  const [refund] = refundId ? await database.db.select().from(refunds).where(eq(refunds.id, refundId)) : []
  return actionsOf({ issue, payment: payment ?? null, refund: refund ?? null })
}
