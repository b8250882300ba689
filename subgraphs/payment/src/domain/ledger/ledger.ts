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

/** A line of a posting: positive debits the account, negative credits it. */
export interface Line {
  kind: AccountKind
  /** Null for the platform itself. */
  owner: string | null
  amountMinor: number
}

/** The columns of a transaction, apart from its id and time. */
export type Movement = Pick<
  TransactionRow,
  'kind' | 'paymentId' | 'partnerId' | 'amountMinor' | 'currency' | 'occurredAt'
> &
  Partial<Pick<TransactionRow, 'refundId' | 'reversesId' | 'issueId' | 'step'>>

/** Posts a capture: the provider owes us the amount, and we owe the partner their share of it. */
export async function postCapture(ctx: Ctx, payment: PaymentRow, occurredAt: Date): Promise<void> {
  const { capturedMinor: amountMinor } = payment
  await post(ctx, { ...movementOf(payment), kind: 'CAPTURE', amountMinor, occurredAt }, [
    { kind: 'PROVIDER_CLEARING', owner: payment.provider, amountMinor },
    ...creditParties(payment, amountMinor),
  ])
}

/** Posts a completed refund: the parties return their shares. */
export async function postRefund(
  ctx: Ctx,
  payment: PaymentRow,
  refund: RefundRow & { completedAt: Date },
): Promise<void> {
  const { id: refundId, amountMinor, completedAt: occurredAt } = refund
  const movement = { ...movementOf(payment), kind: 'REFUND' as const, refundId, amountMinor, occurredAt }
  await post(ctx, movement, [
    ...debitParties(payment, refund),
    { kind: 'PROVIDER_CLEARING', owner: payment.provider, amountMinor: -amountMinor },
  ])
}

/** An amount debited from the parties, and its reason. */
export type Debit = Pick<RefundRow, 'amountMinor' | 'cause' | 'tickets'>

/** Whether the tickets stay valid although money is refunded. */
export function isGoodwill({ cause, tickets }: Pick<RefundRow, 'cause' | 'tickets'>): boolean {
  return cause === 'STAFF' && tickets === 'NONE'
}

/** The payment's debited amounts after another debit; a negative amount reverses one. */
export function debitsOf(payment: PaymentRow, taken: Debit) {
  const { amountMinor } = taken
  return {
    debitedMinor: payment.debitedMinor + amountMinor,
    refundedForTicketsMinor: payment.refundedForTicketsMinor + (isGoodwill(taken) ? 0 : amountMinor),
  }
}

/**
 * The lines that debit the parties of a payment. For tickets each pays its share of the capture, computed from what was
 * debited for tickets before: refunding all of them, in any number of steps, returns exactly what each received. The
 * partner alone pays for goodwill: the tickets stay sold, and the platform keeps its fees.
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

/** The lines that credit the parties of a payment with their shares of the first `amountMinor`. */
export function creditParties(payment: PaymentRow, amountMinor: number): Line[] {
  return partyLines(payment, sharesOf(payment, amountMinor))
}

/** What every transaction of a payment contains besides its lines. */
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

/** Inserts a transaction. Every posting goes through here; the database refuses at commit what does not balance. */
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
