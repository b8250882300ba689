import type { Money } from '@tikitu/kit/money'
import type { Ctx } from '../context.ts'
import {
  type LedgerAccountRow,
  ledgerAccounts,
  ledgerEntries,
  type TransactionRow,
  transactions,
} from '../db/tables/ledger.ts'
import type { PaymentRow, RefundRow } from '../db/tables/payments.ts'
import { type Shares, sharesOf } from './shares.ts'

type AccountKind = LedgerAccountRow['kind']

/** One line of a posting: above zero debits the account, below zero credits it. */
interface Line {
  kind: AccountKind
  owner: string
  amountMinor: number
}

/** What a transaction is made of, apart from its id and time. */
type Movement = Pick<TransactionRow, 'kind' | 'paymentId' | 'partnerId' | 'amountMinor' | 'currency' | 'occurredAt'> &
  Partial<Pick<TransactionRow, 'refundId' | 'reversesId'>>

/** Posts a capture: the provider owes us the sum, and we owe the partner their share of it. */
export async function postCapture(ctx: Ctx, payment: PaymentRow, occurredAt: Date): Promise<void> {
  const lines = linesOf(payment, sharesOf(payment, payment.capturedMinor))
  await post(ctx, { ...movementOf(payment), kind: 'CAPTURE', amountMinor: payment.capturedMinor, occurredAt }, lines)
}

/**
 * Posts a refund that has succeeded. For tickets each party gives back its part of what was captured: the parts follow from
 * what went back for tickets before, so that refunding all of them, in however many steps, gives back exactly what each had
 * received. Goodwill is the partner's alone: the tickets stay sold, and the platform keeps its fees.
 */
export async function postRefund(
  ctx: Ctx,
  payment: PaymentRow,
  refund: RefundRow & { settledAt: Date },
): Promise<void> {
  const given = isGoodwill(refund) ? { partner: -refund.amountMinor, fees: 0, commission: 0 } : shareOf(payment, refund)
  const { id: refundId, amountMinor, settledAt: occurredAt } = refund
  await post(
    ctx,
    { ...movementOf(payment), kind: 'REFUND', refundId, amountMinor, occurredAt },
    linesOf(payment, given),
  )
}

/** Whether the tickets stay good though money goes back. */
export function isGoodwill({ cause, tickets }: Pick<RefundRow, 'cause' | 'tickets'>): boolean {
  return cause === 'STAFF' && tickets === 'NONE'
}

function shareOf(payment: PaymentRow, { amountMinor }: RefundRow): Shares {
  const before = sharesOf(payment, payment.refundedForTicketsMinor)
  const after = sharesOf(payment, payment.refundedForTicketsMinor + amountMinor)
  return {
    partner: before.partner - after.partner,
    fees: before.fees - after.fees,
    commission: before.commission - after.commission,
  }
}

/** Posts what a provider captured though it was not what was due: it is kept apart until a person has looked at it. */
export async function postMismatch(ctx: Ctx, payment: PaymentRow, captured: Money & { at: Date }): Promise<void> {
  const { amountMinor, currency, at: occurredAt } = captured
  await post(ctx, { ...movementOf(payment), kind: 'MISMATCHED_CAPTURE', amountMinor, currency, occurredAt }, [
    { kind: 'PROVIDER_CLEARING', owner: payment.provider, amountMinor },
    { kind: 'SUSPENSE', owner: '', amountMinor: -amountMinor },
  ])
}

function movementOf({ id: paymentId, partnerId, currency }: PaymentRow) {
  return { paymentId, partnerId, currency }
}

function linesOf(payment: PaymentRow, { partner, fees, commission }: Shares): Line[] {
  return [
    { kind: 'PROVIDER_CLEARING', owner: payment.provider, amountMinor: partner + fees + commission },
    { kind: 'PARTNER_PAYABLE', owner: payment.partnerId, amountMinor: -partner },
    { kind: 'PLATFORM_FEES', owner: '', amountMinor: -fees },
    { kind: 'PLATFORM_COMMISSION', owner: '', amountMinor: -commission },
  ]
}

/** Every posting goes through here; the database refuses at commit what does not balance. */
async function post(ctx: Ctx, movement: Movement, lines: readonly Line[]): Promise<void> {
  const transactionId = ctx.newId('trx')
  const { currency } = movement
  const moved = lines.filter((line) => line.amountMinor !== 0)
  const accounts = moved.map(({ kind, owner }) => ({ id: accountId(kind, owner, currency), kind, owner, currency }))
  const sorted = accounts.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  await ctx.db.insert(ledgerAccounts).values(sorted).onConflictDoNothing()
  await ctx.db.insert(transactions).values({ ...movement, id: transactionId, createdAt: ctx.now() })
  const entries = moved.map(({ kind, owner, amountMinor }) => ({
    transactionId,
    accountId: accountId(kind, owner, currency),
    currency,
    amountMinor,
  }))
  await ctx.db.insert(ledgerEntries).values(entries)
}

/** `PARTNER_PAYABLE:ptr_…:EUR`; the platform's own accounts have no owner in their id. */
export function accountId(kind: AccountKind, owner: string, currency: string): string {
  return [kind, owner, currency].filter(Boolean).join(':')
}
