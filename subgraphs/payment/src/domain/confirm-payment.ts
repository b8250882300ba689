import { InvalidInput, NotFound } from '@tikitu/kit/errors'
import { idempotent } from '@tikitu/kit/idempotency'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type PaymentAttemptRow, type PaymentRow, paymentAttempts, payments } from '../db/tables/payments.ts'
import { PaymentClosed, PaymentInProgress, QuoteExpired } from '../errors.ts'
import { requireActiveUser } from './active-user.ts'
import { applyReport, listAttempts, lockPayment } from './apply-report.ts'
import { askProvider, requireProvider } from './ask-provider.ts'
import { requireOwnPayment } from './get-payment.ts'
import { notSentReport, settleLater } from './settle-payment.ts'

export interface ConfirmPaymentInput {
  paymentId: string
  paymentMethod: string
  idempotencyKey?: string | null
}

/**
 * Tries to pay with a payment method. The payment says what came of it: CAPTURED; REQUIRES_ACTION, with where to go;
 * REQUIRES_METHOD again, with the failure, and another method may be tried; or PROCESSING, and the outcome follows.
 * @throws {NotFound | InvalidInput | PaymentClosed | PaymentInProgress | QuoteExpired | UserSuspended}
 */
export async function confirmPayment(ctx: Ctx, input: ConfirmPaymentInput): Promise<PaymentRow> {
  await requireActiveUser(ctx)
  const { provider } = await requireOwnPayment(ctx, input.paymentId)
  if (!requireProvider(ctx, provider).isMethod(input.paymentMethod)) {
    throw new InvalidInput([{ field: 'paymentMethod', message: `${provider} has no such payment method` }])
  }
  const opened = new Set<string>()
  const attempt = await idempotent(
    ctx,
    { operation: 'confirmPayment', input },
    {
      authorize: async (ctx) => {
        await requireActiveUser(ctx)
        await requireOwnPayment(ctx, input.paymentId)
      },
      load: requireAttempt,
      act: async (ctx) => {
        const attempt = await openAttempt(ctx, input)
        opened.add(attempt.id)
        return attempt
      },
    },
  )
  if (opened.has(attempt.id)) await sendAttempt(ctx, attempt)
  return await requireOwnPayment(ctx, input.paymentId)
}

/** Writes down that the provider is about to be asked, and a job that finds out what came of it should we end here. */
async function openAttempt(ctx: Ctx, input: ConfirmPaymentInput): Promise<PaymentAttemptRow> {
  const payment = await lockPayment(ctx, input.paymentId)
  requirePayable(ctx, payment)
  const { length } = await listAttempts(ctx, payment.id)
  const [attempt] = await ctx.db
    .insert(paymentAttempts)
    .values({
      id: ctx.newId('att'),
      paymentId: payment.id,
      sequence: length + 1,
      method: input.paymentMethod,
      status: 'SENT',
      createdAt: ctx.now(),
    })
    .returning()
  await ctx.db.update(payments).set({ status: 'PROCESSING' }).where(eq(payments.id, payment.id))
  await settleLater(ctx, payment.id)
  return attempt as PaymentAttemptRow
}

function requirePayable(ctx: Ctx, payment: PaymentRow): void {
  if (payment.status === 'CAPTURED') throw new PaymentClosed('This booking is paid already.')
  if (payment.status === 'NEEDS_REVIEW') {
    throw new PaymentClosed(
      'Another amount than was due has been charged: you get your tickets, or all of it goes back.',
    )
  }
  if (payment.status === 'CANCELLED' || payment.closingAt) {
    throw new PaymentClosed('This booking can no longer be paid: place a new one.')
  }
  if (payment.status === 'PROCESSING') throw new PaymentInProgress()
  if (payment.expiresAt <= ctx.now()) throw new QuoteExpired()
}

async function requireAttempt(ctx: Ctx, id: string): Promise<PaymentAttemptRow> {
  const [attempt] = await ctx.db.select().from(paymentAttempts).where(eq(paymentAttempts.id, id))
  if (!attempt) throw new NotFound('payment attempt', id)
  return attempt
}

/** Asks the provider and records its answer. Where none comes, the attempt stays open until somebody knows more. */
async function sendAttempt(ctx: Ctx, { id: attemptId, paymentId, method }: PaymentAttemptRow): Promise<void> {
  const payment = await requireOwnPayment(ctx, paymentId)
  const amount = { amountMinor: payment.amountMinor, currency: payment.currency }
  const answer = await askProvider(ctx, payment.provider, (provider, signal) =>
    provider.confirm({ paymentId, attemptId, amount, method }, signal),
  )
  if (answer.outcome === 'ANSWERED') await applyReport(ctx, answer.value)
  if (answer.outcome === 'NOT_SENT') await applyReport(ctx, notSentReport(ctx, payment, attemptId))
}
