import type { Ctx } from '../../context.ts'
import {
  type LedgerAccountRow,
  ledgerAccounts,
  ledgerEntries,
  type TransactionRow,
  transactions,
} from '../../db/tables/ledger.ts'
import type { PaymentRow, RefundRow } from '../../db/tables/payments.ts'
import { type Shares, sharesOf } from './shares.ts'

type AccountKind = LedgerAccountRow['kind']

/** One line of a posting: above zero debits the account, below zero credits it. */
export interface Line {
  kind: AccountKind
  /** Null for the platform itself. */
  owner: string | null
  amountMinor: number
}

/** What a transaction is made of, apart from its id and time. */
export type Movement = Pick<
  TransactionRow,
  'kind' | 'paymentId' | 'partnerId' | 'amountMinor' | 'currency' | 'occurredAt'
> &
  Partial<Pick<TransactionRow, 'refundId' | 'reversesId' | 'issueId' | 'step'>>

/** Posts a capture: the provider owes us the sum, and we owe the partner their share of it. */
export async function postCapture(ctx: Ctx, payment: PaymentRow, occurredAt: Date): Promise<void> {
  const { capturedMinor: amountMinor } = payment
  await post(ctx, { ...movementOf(payment), kind: 'CAPTURE', amountMinor, occurredAt }, [
    { kind: 'PROVIDER_CLEARING', owner: payment.provider, amountMinor },
    ...creditParties(payment, amountMinor),
  ])
}

/** Posts a refund that has succeeded: those who had the money give it back. */
export async function postRefund(
  ctx: Ctx,
  payment: PaymentRow,
  refund: RefundRow & { settledAt: Date },
): Promise<void> {
  const { id: refundId, amountMinor, settledAt: occurredAt } = refund
  const movement = { ...movementOf(payment), kind: 'REFUND' as const, refundId, amountMinor, occurredAt }
  await post(ctx, movement, [
    ...debitParties(payment, refund),
    { kind: 'PROVIDER_CLEARING', owner: payment.provider, amountMinor: -amountMinor },
  ])
}

/** What is taken back from those who had the money, and for what. */
export type Debit = Pick<RefundRow, 'amountMinor' | 'cause' | 'tickets'>

/** Whether the tickets stay good though money goes back. */
export function isGoodwill({ cause, tickets }: Pick<RefundRow, 'cause' | 'tickets'>): boolean {
  return cause === 'STAFF' && tickets === 'NONE'
}

/** What a payment says of what was taken back, once that much more is; less when it is below 0. */
export function debitedOf(payment: PaymentRow, taken: Debit) {
  const { amountMinor } = taken
  return {
    debitedMinor: payment.debitedMinor + amountMinor,
    refundedForTicketsMinor: payment.refundedForTicketsMinor + (isGoodwill(taken) ? 0 : amountMinor),
  }
}

/**
 * What each party of a payment gives back. For tickets it is their part of what was captured: the parts follow from what was
 * taken back for tickets before, so that refunding all of them, in however many steps, gives back exactly what each had
 * received. Goodwill is the partner's alone: the tickets stay sold, and the platform keeps its fees.
 */
export function debitParties(payment: PaymentRow, taken: Debit): Line[] {
  if (isGoodwill(taken)) return partyLines(payment, { ...nothing, partner: -taken.amountMinor })
  const before = sharesOf(payment, payment.refundedForTicketsMinor)
  const after = sharesOf(payment, payment.refundedForTicketsMinor + taken.amountMinor)
  return partyLines(payment, {
    partner: before.partner - after.partner,
    partnerTax: before.partnerTax - after.partnerTax,
    fees: before.fees - after.fees,
    feesTax: before.feesTax - after.feesTax,
    commission: before.commission - after.commission,
  })
}

/** What each party of a payment has of its first so much. */
export function creditParties(payment: PaymentRow, amountMinor: number): Line[] {
  return partyLines(payment, sharesOf(payment, amountMinor))
}

/** What a transaction of a payment says besides its lines. */
export function movementOf({ id: paymentId, partnerId, currency }: PaymentRow) {
  return { paymentId, partnerId, currency }
}

const nothing: Shares = { partner: 0, partnerTax: 0, fees: 0, feesTax: 0, commission: 0 }

function partyLines(payment: PaymentRow, { partner, partnerTax, fees, feesTax, commission }: Shares): Line[] {
  return [
    { kind: 'PARTNER_PAYABLE', owner: payment.partnerId, amountMinor: -partner },
    { kind: 'PARTNER_TAX', owner: payment.partnerId, amountMinor: -partnerTax },
    { kind: 'PLATFORM_FEES', owner: null, amountMinor: -fees },
    { kind: 'PLATFORM_TAX', owner: null, amountMinor: -feesTax },
    { kind: 'PLATFORM_COMMISSION', owner: null, amountMinor: -commission },
  ]
}

/** Every posting goes through here; the database refuses at commit what does not balance. */
export async function post(ctx: Ctx, movement: Movement, lines: readonly Line[]): Promise<void> {
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
export function accountId(kind: AccountKind, owner: string | null, currency: string): string {
  return [kind, owner, currency].filter(Boolean).join(':')
}
