import { migrateDatabase } from '@tikitu/kit/postgres/migrate'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { applyProviderUpdate } from '../src/domain/payments/apply-provider-update.ts'
import { reconcileStale } from '../src/domain/payments/reconcile-stale.ts'
import { migrations, serviceCtx, today } from './factories.ts'
import { expectConsistentLedger, issuesIn } from './issues.ts'

const database = useDatabase(migrationsUpTo(migrations, 3))
const look = issuesIn(database)
const day = today.toISOString()

async function oldPayment(id: string, state: { status: string; captured: number; refunded?: number; review?: number }) {
  const { status, captured, refunded = 0, review = null } = state
  await database.db.execute(sql`
    insert into payments (id, booking_id, reference, user_id, partner_id, event_title, quote, provider, amount_minor, fees_minor,
      tax_minor, currency, status, captured_minor, refund_reserved_minor, refunded_minor, refunded_for_tickets_minor,
      review_reason, review_amount_minor, review_currency, expires_at, created_at, captured_at)
    values (${id}, ${`bkg_${id}`}, 'K7QM-2F9D', 'usr_1', 'ptr_hall', 'Hamlet', '', 'sandbox', 10000, 1000, 0, 'EUR', ${status},
      ${captured}, ${refunded}, ${refunded}, ${refunded}, ${review ? 'CAPTURE_MISMATCH' : null}, ${review},
      ${review ? 'EUR' : null}, ${day}, ${day}, ${captured > 0 ? day : null})`)
  await database.db.execute(sql`
    insert into payment_attempts (id, payment_id, sequence, method, status, created_at)
    values (${`att_${id}`}, ${id}, 1, 'pm_sandbox_approved', 'CAPTURED', ${day})`)
}

/** As the ledger had it: a transaction and its lines. */
async function oldPosting(kind: string, paymentId: string, lines: Record<string, number>): Promise<void> {
  await database.db.transaction(async (tx) => {
    const id = `trx_${kind}_${paymentId}`
    await tx.execute(sql`
      insert into transactions (id, kind, payment_id, partner_id, amount_minor, currency, occurred_at, created_at)
      values (${id}, ${kind}, ${paymentId}, 'ptr_hall', 1, 'EUR', ${day}, ${day})`)
    for (const [account, minor] of Object.entries(lines)) {
      const [accountKind, owner] = account.split(':')
      await tx.execute(sql`
        insert into ledger_accounts (id, kind, owner, currency) values (${`${account}:EUR`}, ${accountKind}, ${owner ?? ''}, 'EUR')
        on conflict do nothing`)
      await tx.execute(sql`
        insert into ledger_entries (transaction_id, account_id, currency, amount_minor)
        values (${id}, ${`${account}:EUR`}, 'EUR', ${minor})`)
    }
  })
}

test('0004 opens issues for old discrepancies, and counts no old capture twice', async () => {
  const capture = { 'PROVIDER_CLEARING:sandbox': 10_000, 'PARTNER_PAYABLE:ptr_hall': -9_000, PLATFORM_FEES: -1_000 }
  await oldPayment('pay_failed', { status: 'CAPTURED', captured: 10_000 })
  await oldPosting('CAPTURE', 'pay_failed', capture)
  await database.db.execute(sql`
    insert into refunds (id, payment_id, amount_minor, currency, cause, cause_id, status, tickets, requested_by, created_at)
    values ('rfd_old', 'pay_failed', 4000, 'EUR', 'TICKETS_CANCELLED', 'can_1', 'FAILED', '"ALL"', 'service:booking', ${day})`)
  await oldPayment('pay_review', { status: 'NEEDS_REVIEW', captured: 0, review: 9_500 })
  await oldPosting('MISMATCHED_CAPTURE', 'pay_review', { 'PROVIDER_CLEARING:sandbox': 9_500, SUSPENSE: -9_500 })
  await database.db.execute(sql`
    insert into booking_outcomes (booking_id, outcome, partner_id, performance_id, decided_at)
    values ('bkg_pay_failed', 'CONFIRMED', 'ptr_hall', 'prf_1', ${day})`)

  await migrateDatabase(database.pool, migrations)
  const { rows: owners } = await database.db.execute(
    sql`select distinct kind, owner from ledger_accounts order by kind`,
  )
  expect(owners).toEqual([
    { kind: 'PARTNER_PAYABLE', owner: 'ptr_hall' },
    { kind: 'PLATFORM_FEES', owner: null },
    { kind: 'PROVIDER_CLEARING', owner: 'sandbox' },
    { kind: 'SUSPENSE', owner: null },
  ])
  await reconcileStale(serviceCtx(database))
  await reconcileStale(serviceCtx(database, new Date(today.getTime() + 3_600_000)))

  expect(await look.issueOf('pay_failed')).toMatchObject({
    kind: 'REFUND_FAILED',
    refundId: 'rfd_old',
    suspenseMinor: 4_000,
  })
  expect(await look.payment('pay_failed')).toMatchObject({ refundReservedMinor: 4_000, debitedMinor: 4_000 })
  expect(await look.refundsOf('pay_failed')).toMatchObject([{ partnerId: 'ptr_hall', attempt: 1, route: 'PROVIDER' }])
  expect(await look.issueOf('pay_review')).toMatchObject({ kind: 'CAPTURE_MISMATCH', suspenseMinor: 9_500 })
  await expectConsistentLedger(database)

  const report = { kind: 'payment', outcome: 'CAPTURED', failureCode: null, actionUrl: null } as const
  const again = { ...report, paymentId: 'pay_failed', attemptId: 'att_pay_failed', at: today }
  await applyProviderUpdate(serviceCtx(database), { ...again, amount: { amountMinor: 10_000, currency: 'EUR' } })
  expect(await look.issuesOf('pay_failed')).toHaveLength(1)
  const later = { ...report, paymentId: 'pay_review', attemptId: 'att_pay_review', at: new Date(today.getTime() + 1) }
  await applyProviderUpdate(serviceCtx(database), { ...later, amount: { amountMinor: 10_000, currency: 'EUR' } })
  expect(await look.issueOf('pay_review')).toMatchObject({ status: 'RESOLVED', resolution: 'SETTLED' })
  expect(await look.payment('pay_review')).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000 })
  await expectConsistentLedger(database)
})
