import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { captured, ctxOf, migrations, serviceCtx, testAdmin, today } from '../../../test/factories.ts'
import { paymentIssues } from '../../db/tables/issues.ts'
import { ledgerHorizon, ledgerSnapshots } from '../../db/tables/ledger.ts'
import type { PaymentRow } from '../../db/tables/payments.ts'
import { post } from './ledger.ts'
import { listLedgerBalances, partnerBalances } from './ledger-balances.ts'
import { checkLedger, takeLedgerSnapshot } from './ledger-snapshots.ts'

const database = useDatabase(migrations)
const service = () => serviceCtx(database)
const admin = () => ctxOf(database, testAdmin())

let payment: PaymentRow
beforeEach(async () => {
  payment = await captured(ctxOf(database))
})

/** A posting between two accounts, in a transaction that ends when `until` does. */
async function posted(amountMinor: number, until: Promise<unknown> = Promise.resolve(), isKept = true): Promise<void> {
  const moving = database.db.transaction(async (tx) => {
    const movement = {
      kind: 'REVERSAL' as const,
      paymentId: payment.id,
      partnerId: 'ptr_hall',
      amountMinor,
      currency: 'EUR',
    }
    const once = { issueId: newId('iss'), step: 1, occurredAt: today }
    await post({ ...service(), db: tx }, { ...movement, ...once }, [
      { kind: 'PROVIDER_CLEARING', owner: 'sandbox', amountMinor },
      { kind: 'PARTNER_PAYABLE', owner: 'ptr_hall', amountMinor: -amountMinor },
    ])
    await until
    if (!isKept) throw new Error('rolled back')
  })
  await moving.catch((error: Error) => expect(error.message).toBe('rolled back'))
}

/** Every balance is the full sum of its account's entries. */
async function expectExact(): Promise<void> {
  const { rows } = await database.db.execute<{ id: string; total: string }>(sql`
    select ledger_accounts.id, coalesce(sum(amount_minor), 0)::text as total from ledger_accounts
    left join ledger_entries on account_id = ledger_accounts.id group by ledger_accounts.id order by ledger_accounts.id`)
  const { edges, pageInfo } = await listLedgerBalances(admin(), { first: 100 })
  expect(pageInfo.hasNextPage).toBe(false)
  expect(edges.map(({ node: { id, balance } }) => [id, balance.amountMinor])).toEqual(
    rows.map(({ id, total }) => [id, Number(total)]),
  )
}

/** A transaction that has posted and is still open. */
interface OpenTransaction {
  end: () => void
  done: Promise<void>
}

type Act =
  | { act: 'post'; amount: number }
  | { act: 'open'; amount: number; isKept: boolean }
  | { act: 'close' | 'snapshot' }

async function perform(each: Act, open: OpenTransaction[]): Promise<void> {
  if (each.act === 'post') await posted(each.amount)
  if (each.act === 'snapshot') await takeLedgerSnapshot(service())
  if (each.act === 'open' && open.length < 5) {
    const { promise, resolve } = Promise.withResolvers<void>()
    open.push({ end: resolve, done: posted(each.amount, promise, each.isKept) })
  }
  if (each.act !== 'close') return
  const oldest = open.shift()
  oldest?.end()
  await oldest?.done
}

test('shows the full sum of each account during postings, open transactions, rollbacks and snapshots', async () => {
  const act = fc.oneof(
    fc.record({ act: fc.constant('post' as const), amount: fc.integer({ min: 1, max: 1_000 }) }),
    fc.record({ act: fc.constant('open' as const), amount: fc.integer({ min: 1, max: 1_000 }), isKept: fc.boolean() }),
    fc.record({ act: fc.constant('close' as const) }),
    fc.record({ act: fc.constant('snapshot' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), async (acts) => {
      const open: OpenTransaction[] = []
      for (const each of acts) {
        await perform(each, open)
        await expectExact()
      }
      while (open.length > 0) await perform({ act: 'close' }, open)
      await expectExact()
      await takeLedgerSnapshot(service())
      await expectExact()
    }),
    { numRuns: 25 },
  )
  expect(await checkLedger(service())).toEqual([])
}, 60_000)

test('shows the full sum during concurrent postings and snapshots', async () => {
  const posts = Array.from({ length: 40 }, (_each, index) => posted(index + 1))
  const snapshots = Array.from({ length: 6 }, () => takeLedgerSnapshot(service()))
  await Promise.all([...posts, ...snapshots])
  await expectExact()
  await takeLedgerSnapshot(service())
  await expectExact()
  expect(await partnerBalances(admin(), 'ptr_nobody')).toEqual([])
})

test('finds a balance that is not the sum of its entries, opens an issue and corrects it', async () => {
  await takeLedgerSnapshot(service())
  const account = 'PARTNER_PAYABLE:ptr_hall:EUR'
  await database.db
    .update(ledgerSnapshots)
    .set({ balanceMinor: sql`balance_minor + 7` })
    .where(eq(ledgerSnapshots.accountId, account))
  expect(await checkLedger(service())).toEqual([account])
  const [issue] = await database.db
    .select()
    .from(paymentIssues)
    .where(eq(paymentIssues.key, `ledger:${account}`))
  expect(issue).toMatchObject({
    kind: 'LEDGER_MISMATCH',
    status: 'OPEN',
    amountMinor: 7,
    currency: 'EUR',
    suspenseMinor: 0,
  })
  await expectExact()
  await posted(5)
  await expectExact()
  expect(await checkLedger(service())).toEqual([])
})

test('ignores a snapshot of another cluster, and rebuilds it', async () => {
  await takeLedgerSnapshot(service())
  await database.db.update(ledgerHorizon).set({ horizon: '9000000000000' })
  await posted(11)
  await expectExact()
  await takeLedgerSnapshot(service())
  await posted(12)
  await expectExact()
  expect(await checkLedger(service())).toEqual([])
})
