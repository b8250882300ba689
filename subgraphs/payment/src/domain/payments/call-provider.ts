import { isInTransaction } from '@tikitu/kit/postgres/database'
import type { Ctx } from '../../context.ts'
import { NotSent, type PaymentProvider } from '../../providers/provider.ts'

/** The result of a call to a provider. UNKNOWN is not a failure: the provider may have done it. */
export type Answer<T> = { outcome: 'ANSWERED'; value: T } | { outcome: 'UNKNOWN' | 'NOT_SENT' }

/** The provider of that name. @throws when this process does not have it */
export function requireProvider(ctx: Ctx, name: string): PaymentProvider {
  const provider = ctx.providers[name]
  if (!provider) throw new Error(`unknown payment provider ${name}`)
  return provider
}

/** Calls a provider, with a timeout. @throws inside a transaction, as no lock may wait for a network */
export async function callProvider<T>(
  ctx: Ctx,
  name: string,
  ask: (provider: PaymentProvider, signal: AbortSignal) => Promise<T>,
): Promise<Answer<T>> {
  if (isInTransaction(ctx.db)) throw new Error(`${name} must not be called inside a transaction`)
  const signal = AbortSignal.timeout(ctx.providerTimeoutMs)
  try {
    const value = await Promise.race([ask(requireProvider(ctx, name), signal), rejectOnAbort(signal)])
    return { outcome: 'ANSWERED', value }
  } catch (error) {
    ctx.log.warn({ err: error, provider: name }, 'the payment provider did not answer')
    return { outcome: error instanceof NotSent ? 'NOT_SENT' : 'UNKNOWN' }
  }
}

/** Rejects even when the provider ignores the signal. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
