import type { Connection, PageArgs } from '@tikitu/kit/postgres/pagination'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { plansOf } from '@tikitu/kit/testing/database/plans'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { listIssues } from '../src/domain/issues/list-issues.ts'
import { listLedgerBalances, partnerBalances } from '../src/domain/ledger/ledger-balances.ts'
import { takeLedgerSnapshot } from '../src/domain/ledger/ledger-snapshots.ts'
import { listTransactions } from '../src/domain/ledger/list-transactions.ts'
import { listPaymentsOfUser } from '../src/domain/payments/list-payments.ts'
import { listRefunds } from '../src/domain/refunds/list-refunds.ts'
import { captured, ctxOf, migrations, partnerWithMembers, serviceCtx, testAdmin, today } from './factories.ts'

const database = useDatabase(migrations)
const customer = testUser()
const rows = 60_000
let small: Awaited<ReturnType<typeof partnerWithMembers>>

/** Nearly all rows are of one partner, currency, kind and status: rare ones are far back. */
beforeAll(async () => {
  small = await partnerWithMembers(database)
  const { id } = await captured(ctxOf(database, customer))
  const rare = sql`n % 20000 = 1`
  await database.db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`)
    await tx.execute(sql`
      insert into payments (id, booking_id, reference, user_id, partner_id, event_title, quote, provider, amount_minor, fees_minor,
        tax_minor, currency, status, captured_minor, expires_at, created_at, captured_at, answered_at)
      select 'pay_' || lpad(n::text, 26, '0'), 'bkg_' || n, 'K7QM-2F9D', 'usr_' || n % 999, 'ptr_large', '', '', 'sandbox', 100, 0,
        0, 'EUR', 'CAPTURED', 100, created_at, created_at, created_at, created_at
      from payments, generate_series(1, ${sql.raw(String(rows))}) n where id = ${id}`)
    await tx.execute(sql`
      insert into refunds (id, payment_id, partner_id, amount_minor, currency, cause, cause_id, status, requested_by, created_at)
      select 'rfd_' || lpad(n::text, 26, '0'), 'pay_' || lpad(n::text, 26, '0'),
        case when ${rare} then ${small.partnerId} else 'ptr_large' end, 1, 'EUR', 'STAFF', n::text,
        case when ${rare} then 'FAILED' else 'SUCCEEDED' end, 'usr_1', ${today.toISOString()}
      from generate_series(1, ${sql.raw(String(rows))}) n`)
    await tx.execute(sql`
      insert into transactions (id, kind, payment_id, partner_id, amount_minor, currency, occurred_at, created_at)
      select 'trx_' || lpad(n::text, 26, '0'), case when ${rare} then 'REVERSAL' else 'CAPTURE' end,
        'pay_' || lpad((case n when 20001 then 7 else n end)::text, 26, '0'),
        case when ${rare} then ${small.partnerId} else 'ptr_large' end, 1, case when ${rare} then 'JPY' else 'EUR' end, ${today.toISOString()}::timestamptz + n * interval '1 second',
        ${today.toISOString()}
      from generate_series(1, ${sql.raw(String(rows))}) n`)
    await tx.execute(sql`
      insert into ledger_accounts (id, kind, owner, currency) values ('PARTNER_PAYABLE:ptr_large:EUR', 'PARTNER_PAYABLE', 'ptr_large', 'EUR')`)
    await tx.execute(sql`
      insert into ledger_entries (transaction_id, account_id, currency, amount_minor)
      select 'trx_' || lpad(n::text, 26, '0'), 'PARTNER_PAYABLE:ptr_large:EUR', 'EUR', -1
      from generate_series(1, ${sql.raw(String(rows))}) n`)
    await tx.execute(sql`
      insert into payment_issues (id, key, kind, status, provider, amount_minor, currency, resolution, opened_at)
      select 'iss_' || lpad(n::text, 26, '0'), n::text, case when ${rare} then 'REFUND_FAILED' else 'OUTCOME_UNKNOWN' end,
        case when ${rare} then 'OPEN' else 'RESOLVED' end, 'sandbox', 1, case when ${rare} then 'JPY' else 'EUR' end,
        case when ${rare} then null else 'SETTLED' end, ${today.toISOString()}::timestamptz + n * interval '1 second'
      from generate_series(1, ${sql.raw(String(rows))}) n`)
  })
  await takeLedgerSnapshot(serviceCtx(database))
  for (const table of ['payments', 'refunds', 'transactions', 'ledger_entries', 'payment_issues']) {
    await database.db.execute(sql.raw(`vacuum analyze ${table}`))
  }
}, 120_000)

const admin = () => ctxOf(database, testAdmin())
const owner = () => ctxOf(database, small.owner)
const from = new Date(today.getTime() + 60_000)
const paymentId = `pay_${'7'.padStart(26, '0')}`
const before = new Date(today.getTime() + 5_000)

test.each([
  ['refunds', () => listRefunds(admin(), {})],
  ['refunds in a rare state', () => listRefunds(admin(), { filter: { status: 'FAILED' } })],
  ['refunds in a state of which there is none', () => listRefunds(admin(), { filter: { status: 'PENDING' } })],
  ['refunds of a small partner', () => listRefunds(owner(), {})],
  ['refunds of a small partner, by staff', () => listRefunds(admin(), { filter: { partnerId: small.partnerId } })],
  ['refunds of a large partner', () => listRefunds(admin(), { filter: { partnerId: 'ptr_large' } })],
  ['transactions', () => listTransactions(admin(), {})],
  ['transactions of a rare kind', () => listTransactions(admin(), { filter: { kind: 'REVERSAL' } })],
  ['transactions of no such kind', () => listTransactions(admin(), { filter: { kind: 'WRITE_OFF' } })],
  ['transactions in a rare currency', () => listTransactions(admin(), { filter: { currency: 'JPY' } })],
  [
    'transactions of one kind in another’s currency',
    () => listTransactions(admin(), { filter: { kind: 'CAPTURE', currency: 'JPY' } }),
  ],
  ['transactions of a small partner', () => listTransactions(owner(), {})],
  [
    'transactions of a large partner in no such currency',
    () => listTransactions(admin(), { filter: { partnerId: 'ptr_large', currency: 'USD' } }),
  ],
  ['the oldest transactions', () => listTransactions(admin(), { filter: { occurredAt: { before } } })],
  ['transactions of a payment', () => listTransactions(admin(), { filter: { paymentId, occurredAt: { from } } })],
  ['issues', () => listIssues(admin(), {})],
  [
    'issues of a kind, in a currency',
    () => listIssues(admin(), { filter: { kind: 'REFUND_FAILED', currency: 'JPY', openedAt: { before: from } } }),
  ],
  [
    'resolved issues in a rare currency',
    () => listIssues(admin(), { filter: { status: 'RESOLVED', currency: 'JPY' } }),
  ],
  ['the caller’s own payments', () => listPaymentsOfUser(ctxOf(database, customer), customer.userId, {})],
  ['refunds in a rare state, backwards', () => listRefunds(admin(), { filter: { status: 'FAILED' }, last: 20 })],
  [
    'transactions of one kind in another’s currency, backwards',
    () => listTransactions(admin(), { filter: { kind: 'CAPTURE', currency: 'JPY' }, last: 20 }),
  ],
  ['issues, backwards', () => listIssues(admin(), { last: 20 })],
  ['ledger balances', () => listLedgerBalances(admin(), {})],
  ['what a large partner is owed', () => partnerBalances(admin(), 'ptr_large')],
])('lists %s by an index, and reads no more than it shows', async (_what, list) => {
  const plans = await plansOf(database.pool, list)
  expect(plans.length).toBeGreaterThan(0)
  const large = ['payments', 'refunds', 'transactions', 'ledger_entries', 'payment_issues']
  for (const { statement, seqScans, rowsRead } of plans) {
    expect(
      seqScans.filter((table) => large.includes(table)),
      statement,
    ).toEqual([])
    expect(rowsRead, statement).toBeLessThan(400)
  }
})

test('pages through filtered results without gaps and in order', async () => {
  const filter = { kind: 'CAPTURE' as const }
  const whole = await listTransactions(admin(), { filter, first: 100 })
  const ids = whole.edges.map(({ node }) => node.id)
  const paged: string[] = []
  for (let after: string | null = null; paged.length < 100; ) {
    const page = await listTransactions(admin(), { filter, first: 30, after })
    paged.push(...page.edges.map(({ node }) => node.id))
    after = page.pageInfo.endCursor
  }
  expect(paged.slice(0, 100)).toEqual(ids)
  expect(ids).toEqual(ids.toSorted().reverse())
})

test.each([
  ['transactions', (page: PageArgs) => listTransactions(admin(), { filter: { kind: 'REVERSAL' }, ...page })],
  ['transactions of a payment', (page: PageArgs) => listTransactions(admin(), { filter: { paymentId }, ...page })],
  ['refunds', (page: PageArgs) => listRefunds(admin(), { filter: { status: 'FAILED' }, ...page })],
  ['issues', (page: PageArgs) => listIssues(admin(), page)],
  ['ledger balances', (page: PageArgs) => listLedgerBalances(admin(), page)],
])('reads %s backwards, page by page', async (_what, list: (page: PageArgs) => Promise<Connection<unknown>>) => {
  const whole = await list({ first: 100 })
  expect(whole.pageInfo.hasNextPage).toBe(false)
  const pages: unknown[] = []
  for (let before: string | null = null, more = true; more; ) {
    const { edges, pageInfo } = await list({ last: 1, before })
    pages.unshift(...edges)
    before = pageInfo.startCursor
    more = pageInfo.hasPreviousPage
  }
  expect(pages).toEqual(whole.edges)
  expect(pages.length).toBeGreaterThan(1)
})
