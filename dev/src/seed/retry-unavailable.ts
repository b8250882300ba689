import { setTimeout as pause } from 'node:timers/promises'
import { TikituError } from '@tikitu/client'
import type { SignedInClient } from '../demo/signed-in-client.ts'

/** How long to retry, and the first delay; it doubles up to five seconds. */
export interface RetryOptions {
  timeoutMs: number
  firstDelayMs: number
}

const defaults: RetryOptions = { timeoutMs: 180_000, firstDelayMs: 250 }

/** Codes of transient failures: a service is starting, restarting or overloaded. */
const transientCodes: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'TOO_MANY_ATTEMPTS',
])

/**
 * Calls `act`, and retries with growing delays while the platform is unavailable. Only for idempotent calls: a lost response may have
 * been a success. Refusals are thrown at once.
 */
export async function retryUnavailable<T>(act: () => Promise<T>, options: RetryOptions = defaults): Promise<T> {
  const deadline = Date.now() + options.timeoutMs
  for (let delayMs = options.firstDelayMs; ; delayMs = Math.min(delayMs * 2, 5_000)) {
    try {
      return await act()
    } catch (error) {
      if (!isTransient(error) || Date.now() + delayMs > deadline) throw error
      await pause(delayMs)
    }
  }
}

/** The client with retries while the platform is unavailable. */
export function withRetries(client: SignedInClient, options: RetryOptions = defaults): SignedInClient {
  return {
    ...client,
    run: (operation, ...variables) => retryUnavailable(() => client.run(operation, ...variables), options),
    mutate: (mutation, ...variables) => retryUnavailable(() => client.mutate(mutation, ...variables), options),
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof TikituError && (transientCodes.has(error.code) || error.status >= 500)
}
