import { newId } from '@tikitu/kit/base/ids'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { violatedConstraint } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  captured,
  ctxOf,
  migrations,
  partnerWithMembers,
  serviceCtx,
  testAdmin,
  today,
} from '../../../test/factories.ts'
import { ledgerEntries, transactions } from '../../db/tables/ledger.ts'
import type { PaymentRow } from '../../db/tables/payments.ts'
import { listLedgerBalances, partnerBalances } from './ledger-balances.ts'

const database = useDatabase(migrations)

function movement({ id: paymentId }: PaymentRow, amountMinor = 100) {
  const kind = 'REVERSAL' as const
  const moved = { partnerId: 'ptr_hall', amountMinor, currency: 'EUR', occurredAt: today, createdAt: today }
  return { id: newId('trx'), paymentId, kind, reversesId: null, ...moved }
}

const entry = (transactionId: string, accountId: string, amountMinor: number) => ({
  transactionId,
  accountId,
  currency: 'EUR',
  amountMinor,
})

test('refuses at commit a transaction that does not balance, or that has no entries', async () => {
  const payment = await captured(ctxOf(database))
  const post = (lines: readonly number[]) =>
    database.db.transaction(async (tx) => {
      const row = movement(payment)
      await tx.insert(transactions).values(row)
      for (const minor of lines) await tx.insert(ledgerEntries).values(entry(row.id, 'PLATFORM_FEES:EUR', minor))
    })
  for (const lines of [[], [100], [100, -99]]) {
    const refusal = await post(lines).catch((error: unknown) => error)
    expect(violatedConstraint(refusal)).toBe('ledger_balances')
  }
  await post([100, -100])
})

test('refuses another entry for a posted transaction', async () => {
  const payment = await captured(ctxOf(database))
  const [posted] = await database.db.select().from(transactions).where(eq(transactions.paymentId, payment.id))
  const late = database.db.insert(ledgerEntries).values(entry(posted?.id ?? '', 'PLATFORM_FEES:EUR', 1))
  expect(violatedConstraint(await late.catch((error: unknown) => error))).toBe('ledger_balances')
})

test('refuses to balance one currency with another', async () => {
  const ctx = ctxOf(database)
  const dollars = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
  await captured(ctx, { total: dollars(500), fees: dollars(100), tax: dollars(0) })
  const payment = await captured(ctx)
  const mixed = database.db.transaction(async (tx) => {
    const row = movement(payment)
    await tx.insert(transactions).values(row)
    await tx
      .insert(ledgerEntries)
      .values([
        entry(row.id, 'PLATFORM_FEES:EUR', 100),
        { ...entry(row.id, 'PLATFORM_FEES:USD', -100), currency: 'USD' },
      ])
  })
  expect(violatedConstraint(await mixed.catch((error: unknown) => error))).toBe('ledger_balances')
  const disguised = database.db.insert(ledgerEntries).values(entry('trx_1', 'PLATFORM_FEES:USD', 1))
  expect(violatedConstraint(await disguised.catch((error: unknown) => error))).toMatch(/_fk$/)
})

test.each([
  ['update ledger_entries set amount_minor = 0'],
  ['delete from ledger_entries'],
  ['truncate ledger_entries'],
  ["update transactions set kind = 'REFUND'"],
  ['delete from transactions'],
  ['truncate transactions cascade'],
  ["update ledger_accounts set owner = 'somebody else'"],
])('refuses to %s', async (statement) => {
  await captured(ctxOf(database))
  const refusal = await database.db.execute(sql.raw(statement)).catch((error: Error) => error)
  expect(String((refusal as Error).cause)).toMatch(/append-only/)
})

const tax = { amountMinor: 1_437, currency: 'EUR' }

test('keeps a commission at the rate of the capture, the partner’s own rate before the platform’s', async () => {
  const key = 'payment.commissionBasisPoints'
  await applyConfigChange(serviceCtx(database), { key, scope: 'platform', value: 500, version: 1 })
  await applyConfigChange(serviceCtx(database), { key, scope: 'ptr_special', value: 250, version: 1 })
  const special = await captured(ctxOf(database), { partnerId: 'ptr_special' })
  const usual = await captured(ctxOf(database), { partnerId: 'ptr_usual' })
  await applyConfigChange(serviceCtx(database), { key, scope: 'platform', value: 0, version: 2 })
  expect([special.commissionMinor, usual.commissionMinor]).toEqual([225, 450])
  const admin = ctxOf(database, testAdmin())
  expect(await partnerBalances(admin, 'ptr_special')).toEqual([
    { payable: { amountMinor: 8_775, currency: 'EUR' }, tax },
  ])
})

test('shows a balance to staff and to the partner’s owners and managers only', async () => {
  const { partnerId, owner, manager, scanner } = await partnerWithMembers(database)
  await captured(ctxOf(database), { partnerId })
  for (const viewer of [owner, manager, testAdmin()]) {
    const balance = await partnerBalances(ctxOf(database, viewer), partnerId)
    expect(balance).toEqual([{ payable: { amountMinor: 9_000, currency: 'EUR' }, tax }])
  }
  const other = await partnerWithMembers(database)
  for (const viewer of [scanner, other.owner]) {
    expect(await partnerBalances(ctxOf(database, viewer), partnerId)).toBeNull()
    await expect(listLedgerBalances(ctxOf(database, viewer), {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
})
