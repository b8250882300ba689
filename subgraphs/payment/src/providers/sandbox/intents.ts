import { randomBytes } from 'node:crypto'
import { addJob } from '@tikitu/kit/messaging/jobs'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq, inArray } from 'drizzle-orm'
import type { ConfirmOrder, PaymentUpdate } from '../provider.ts'
import type { SandboxCtx } from './context.ts'
import { announceIntent } from './events.ts'
import { deviatingAmount, requireCard, type TestCard } from './methods.ts'
import { intentReport } from './reports.ts'
import { type SandboxIntentRow, sandboxConfirmations, sandboxIntents } from './tables.ts'

/** The job that completes a pending payment or refund. */
export const completeIntentTask = 'sandboxSettle'

/** How long a pending payment or refund takes. */
export const completionMs = 2_000

/** Attempts to charge the card, unless this attempt was made before or the amount was already captured. */
export async function confirmIntent(ctx: SandboxCtx, order: ConfirmOrder): Promise<SandboxIntentRow> {
  return await inTransaction(ctx, async (ctx) => {
    const intent = await openIntent(ctx, order)
    if (intent.status === 'CAPTURED' || intent.status === 'CANCELLED' || intent.status === 'PROCESSING') return intent
    const { attemptId } = order
    const isNew = await ctx.db
      .insert(sandboxConfirmations)
      .values({ attemptId, intentId: intent.id })
      .onConflictDoNothing()
      .returning()
    if (isNew.length === 0) return intent
    const card = requireCard(order.method)
    const { status, failureCode = null } = card
    const challenge = status === 'REQUIRES_ACTION' ? randomBytes(24).toString('base64url') : null
    const taken = status === 'CAPTURED' ? capturedSum(card, intent) : {}
    const tried = await change(ctx, intent, {
      ...taken,
      status,
      failureCode,
      challenge,
      attemptId,
      method: order.method,
      returnUrl: order.returnUrl,
    })
    if (endsLater(card)) {
      const runAt = new Date(ctx.now().getTime() + completionMs)
      await addJob(ctx, { task: completeIntentTask, payload: { intentId: intent.id }, runAt })
    }
    return tried
  })
}

/** Cancels an intent that was not captured; null when there is none. */
export async function cancelIntent(ctx: SandboxCtx, orderId: string): Promise<PaymentUpdate | null> {
  return await inTransaction(ctx, async (ctx) => {
    const intent = await lockIntent(ctx, orderId)
    if (!intent) return null
    requireKnown(intent)
    if (intent.status === 'CAPTURED' || intent.status === 'CANCELLED') return intentReport(ctx, intent)
    return intentReport(ctx, await change(ctx, intent, { status: 'CANCELLED', challenge: null }))
  })
}

/**
 * The intent for a merchant's order; null when there is none. @throws for a card whose outcome is never reported
 */
export async function findIntent(ctx: SandboxCtx, orderId: string): Promise<SandboxIntentRow | null> {
  const [intent] = await ctx.db.select().from(sandboxIntents).where(eq(sandboxIntents.orderId, orderId))
  if (intent) requireKnown(intent)
  return intent ?? null
}

function requireKnown({ method, orderId }: SandboxIntentRow): void {
  if (method && requireCard(method).isUnknown) throw new Error(`the sandbox never reports the outcome of ${orderId}`)
}

/** Captures a pending intent. */
export async function completeIntent(ctx: SandboxCtx, intentId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const isPending = and(eq(sandboxIntents.id, intentId), inArray(sandboxIntents.status, ['PROCESSING', 'FAILED']))
    const [intent] = await ctx.db.select().from(sandboxIntents).where(isPending).for('update')
    if (intent) await change(ctx, intent, { status: 'CAPTURED', failureCode: null })
  })
}

/** The intent of an open 3-D Secure page; null when the page is closed. */
export async function findChallenge(ctx: SandboxCtx, challenge: string): Promise<SandboxIntentRow | null> {
  const [intent] = await ctx.db.select().from(sandboxIntents).where(eq(sandboxIntents.challenge, challenge))
  return intent ?? null
}

/** The return URL of a page that was already answered; null when there is no such page or it has none. */
export async function findReturn(ctx: SandboxCtx, challenge: string): Promise<string | null> {
  const [intent] = await ctx.db.select().from(sandboxIntents).where(eq(sandboxIntents.answeredChallenge, challenge))
  return intent ? returnUrlOf(intent) : null
}

/** The merchant's return URL with the merchant's payment id added, and nothing about the outcome. */
export function returnUrlOf({ returnUrl, orderId }: Pick<SandboxIntentRow, 'returnUrl' | 'orderId'>): string | null {
  if (returnUrl === null) return null
  const url = new URL(returnUrl)
  url.searchParams.set('payment_id', orderId)
  return url.href
}

/** Records the customer's answer on a 3-D Secure page; null when the page is closed. */
export async function answerChallenge(
  ctx: SandboxCtx,
  challenge: string,
  isApproved: boolean,
): Promise<SandboxIntentRow | null> {
  return await inTransaction(ctx, async (ctx) => {
    const [intent] = await ctx.db
      .select()
      .from(sandboxIntents)
      .where(eq(sandboxIntents.challenge, challenge))
      .for('update')
    if (!intent) return null
    const outcome = isApproved
      ? ({ status: 'CAPTURED', failureCode: null } as const)
      : ({ status: 'FAILED', failureCode: 'AUTHENTICATION_FAILED' } as const)
    return await change(ctx, intent, { ...outcome, challenge: null, answeredChallenge: challenge })
  })
}

function endsLater({ status, isUnknown, isCapturedLate }: TestCard): boolean {
  return isCapturedLate === true || (status === 'PROCESSING' && !isUnknown)
}

/** The amount that a test card captures, which may differ from the amount requested. */
function capturedSum({ captures, isCapturedTwice }: TestCard, intent: SandboxIntentRow): Partial<SandboxIntentRow> {
  if (captures === 'OTHER_CURRENCY') return { currency: intent.currency === 'USD' ? 'EUR' : 'USD' }
  if (captures) return { amountMinor: deviatingAmount(intent.amountMinor, captures) }
  return isCapturedTwice ? { captures: 2 } : {}
}

async function openIntent(ctx: SandboxCtx, order: ConfirmOrder): Promise<SandboxIntentRow> {
  const { paymentId: orderId, amount } = order
  const intent = { id: ctx.newId('sbi'), orderId, ...amount, status: 'CREATED' as const, updatedAt: ctx.now() }
  await ctx.db.insert(sandboxIntents).values(intent).onConflictDoNothing()
  const locked = await lockIntent(ctx, orderId)
  if (!locked) throw new Error(`the sandbox lost its intent for ${orderId}`)
  return locked
}

async function lockIntent(ctx: SandboxCtx, orderId: string): Promise<SandboxIntentRow | undefined> {
  const [intent] = await ctx.db.select().from(sandboxIntents).where(eq(sandboxIntents.orderId, orderId)).for('update')
  return intent
}

async function change(
  ctx: SandboxCtx,
  intent: SandboxIntentRow,
  changes: Partial<SandboxIntentRow>,
): Promise<SandboxIntentRow> {
  const changed = { ...intent, ...changes, updatedAt: ctx.now() }
  await ctx.db.update(sandboxIntents).set(changed).where(eq(sandboxIntents.id, intent.id))
  await announceIntent(ctx, changed)
  return changed
}
