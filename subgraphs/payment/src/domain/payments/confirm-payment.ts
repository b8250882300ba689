import { InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentAttemptRow, type PaymentRow, paymentAttempts, payments } from '../../db/tables/payments.ts'
import { PaymentClosed, PaymentInProgress, QuoteExpired } from '../../errors.ts'
import type { PaymentProvider } from '../../providers/provider.ts'
import { requireActiveUser } from '../projections/active-user.ts'
import { applyProviderUpdate } from './apply-provider-update.ts'
import { listAttempts } from './attempts.ts'
import { callProvider, requireProvider } from './call-provider.ts'
import { requireOwnPayment } from './get-payment.ts'
import { lockPayment } from './lock-payment.ts'
import { notSentUpdate, reconcileLater } from './reconcile-payment.ts'
import { allowedReturnUrl } from './return-url.ts'

export interface ConfirmPaymentInput {
  paymentId: string
  paymentMethod: string
  returnUrl?: URL | null
  idempotencyKey?: string | null
}

/**
 * Attempts to pay with a payment method. The payment's status is the outcome: CAPTURED; REQUIRES_ACTION, with the page to
 * open; REQUIRES_METHOD, when another method can be tried; or PROCESSING, when the outcome follows.
 * @throws {NotFound | InvalidInput | PaymentClosed | PaymentInProgress | QuoteExpired | UserSuspended}
 */
export async function confirmPayment(ctx: Ctx, input: ConfirmPaymentInput): Promise<PaymentRow> {
  await requireActiveUser(ctx)
  const { provider, partnerId } = await requireOwnPayment(ctx, input.paymentId)
  requireMethod(requireProvider(ctx, provider), input.paymentMethod)
  const returnUrl = await allowedReturnUrl(ctx, partnerId, input.returnUrl)
  const known = { ...input, returnUrl: returnUrl ?? undefined }
  const opened = new Set<string>()
  const attempt = await idempotent(
    ctx,
    { operation: 'confirmPayment', input: known },
    {
      authorize: async (ctx) => {
        await requireActiveUser(ctx)
        await requireOwnPayment(ctx, input.paymentId)
      },
      load: requireAttempt,
      act: async (ctx) => {
        const attempt = await openAttempt(ctx, { ...input, returnUrl })
        opened.add(attempt.id)
        return attempt
      },
    },
  )
  if (opened.has(attempt.id)) await sendAttempt(ctx, attempt)
  return await requireOwnPayment(ctx, input.paymentId)
}

function requireMethod({ name, isMethod, exampleMethods }: PaymentProvider, token: string): void {
  if (isMethod(token)) return
  const examples = exampleMethods.length > 0 ? `, such as ${exampleMethods.join(', ')}` : ''
  throw new InvalidInput([{ field: 'paymentMethod', message: `must be a payment method of ${name}${examples}` }])
}

/** Records the attempt before the provider is called, with a job that reconciles it if this process ends. */
async function openAttempt(
  ctx: Ctx,
  input: { paymentId: string; paymentMethod: string; returnUrl: string | null },
): Promise<PaymentAttemptRow> {
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
      returnUrl: input.returnUrl,
      status: 'SENT',
      createdAt: ctx.now(),
    })
    .returning()
  await ctx.db.update(payments).set({ status: 'PROCESSING' }).where(eq(payments.id, payment.id))
  await reconcileLater(ctx, payment.id)
  return attempt as PaymentAttemptRow
}

function requirePayable(ctx: Ctx, payment: PaymentRow): void {
  if (payment.status === 'CAPTURED') throw new PaymentClosed('This booking is already paid.')
  if (payment.status === 'NEEDS_REVIEW') {
    throw new PaymentClosed(
      'The amount charged differs from the amount due. You will get your tickets or a full refund.',
    )
  }
  if (payment.status === 'CANCELLED' || payment.closingAt) {
    throw new PaymentClosed('This booking can no longer be paid. Place a new one.')
  }
  if (payment.status === 'PROCESSING') throw new PaymentInProgress()
  if (payment.expiresAt <= ctx.now()) throw new QuoteExpired()
}

async function requireAttempt(ctx: Ctx, id: string): Promise<PaymentAttemptRow> {
  const [attempt] = await ctx.db.select().from(paymentAttempts).where(eq(paymentAttempts.id, id))
  if (!attempt) throw new NotFound('payment attempt', id)
  return attempt
}

/** Calls the provider and applies its answer. Without one the attempt stays open until it is reconciled. */
async function sendAttempt(ctx: Ctx, attempt: PaymentAttemptRow): Promise<void> {
  const { id: attemptId, paymentId, method, returnUrl } = attempt
  const payment = await requireOwnPayment(ctx, paymentId)
  const amount = { amountMinor: payment.amountMinor, currency: payment.currency }
  const answer = await callProvider(ctx, payment.provider, (provider, signal) =>
    provider.confirm({ paymentId, attemptId, amount, method, returnUrl }, signal),
  )
  if (answer.outcome === 'ANSWERED') await applyProviderUpdate(ctx, answer.value)
  if (answer.outcome === 'NOT_SENT') await applyProviderUpdate(ctx, notSentUpdate(ctx, payment, attemptId))
}
