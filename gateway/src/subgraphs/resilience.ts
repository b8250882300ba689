import { setTimeout } from 'node:timers/promises'
import type { Log } from '@tikitu/kit/base/log'
import { BrokenCircuitError, circuitBreaker, handleWhen, SamplingBreaker } from 'cockatiel'
import { errors } from 'undici'
import { type SendRaw, UpstreamFailure } from './read-response.ts'
import { isMutation } from './request-text.ts'
import { createRetryBudget } from './retry-budget.ts'
import { ClientGone } from './subgraph-client.ts'

export interface ResilienceOptions {
  name: string
  /** Whether queries are retried, at most a tenth of the requests. */
  retries: boolean
  /** How long the circuit stays open after half of the requests have failed. */
  breakMs: number
  log: Log
}

const sampleMs = 10_000
const minimumRps = 1
const retryAfterMs = { least: 20, spread: 80 }

/**
 * Retries a query once after an outage that may be short, and stops sending for a while when half of the requests fail. Mutations are
 * never retried: it is unknown whether the first attempt took effect.
 */
export function withResilience(sendRaw: SendRaw, options: ResilienceOptions): SendRaw {
  const budget = createRetryBudget({ share: 0.1, most: 10 })
  const breaker = createBreaker(options)
  const attempt: SendRaw = (body, context) => breaker.execute(() => sendRaw(body, context))
  return async (body, context) => {
    budget.earn()
    try {
      return await attempt(body, context)
    } catch (error) {
      const mayRetry = options.retries && !isMutation(body) && isBrief(error) && budget.spend()
      if (!mayRetry) throw error
      await setTimeout(retryAfterMs.least + Math.random() * retryAfterMs.spread)
      return await attempt(body, context)
    }
  }
}

/** Whether the request was not sent because the circuit is open. */
export function isCircuitOpen(error: unknown): boolean {
  return error instanceof BrokenCircuitError
}

function createBreaker({ name, breakMs, log }: ResilienceOptions) {
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: breakMs,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: sampleMs, minimumRps }),
  })
  breaker.onBreak(() => log.error({ subgraph: name, breakMs }, 'a subgraph fails too often: its circuit breaker opens'))
  breaker.onReset(() => log.info({ subgraph: name }, 'a subgraph has recovered'))
  return breaker
}

/**
 * Whether an error counts against the subgraph. A client that went away does not, nor does a response that is too long: otherwise
 * clients could open the circuit by asking for much.
 */
function isFailure(error: unknown): boolean {
  return !(error instanceof ClientGone || error instanceof errors.ResponseExceededMaxSizeError)
}

/** Whether an outage may be over in a moment. A timeout is not retried: the client has waited long enough. */
function isBrief(error: unknown): boolean {
  if (error instanceof UpstreamFailure) return /^it answered 50[234]$/.test(error.message)
  return connectionCodes.has(String((error as { code?: unknown }).code))
}

/** undici has its own codes for a connection that was closed, or not opened in time. */
const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])
