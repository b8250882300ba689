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
  /** Tries again what may be tried again: a tenth of the requests at most, while they last. */
  retries: boolean
  /** For how long a subgraph is left alone that fails half of its requests. */
  breakMs: number
  log: Log
}

const sampleMs = 10_000
const minimumRps = 1
const retryAfterMs = { least: 20, spread: 80 }

/**
 * Requests that are tried again when a query met an outage, and not made at all while a subgraph fails half of them. Mutations
 * are sent once: whoever sent them cannot know whether they took effect.
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

/** Whether the subgraph was not asked at all. */
export function isCircuitOpen(error: unknown): boolean {
  return error instanceof BrokenCircuitError
}

function createBreaker({ name, breakMs, log }: ResilienceOptions) {
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: breakMs,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: sampleMs, minimumRps }),
  })
  breaker.onBreak(() =>
    log.error({ subgraph: name, breakMs }, 'a subgraph fails too often: it is left alone for a while'),
  )
  breaker.onReset(() => log.info({ subgraph: name }, 'a subgraph answers again'))
  return breaker
}

/** A client that goes away says nothing of the subgraph, and an answer that is too long is the question's fault: nobody must be able to shut a subgraph by asking for much. */
function isFailure(error: unknown): boolean {
  return !(error instanceof ClientGone || error instanceof errors.ResponseExceededMaxSizeError)
}

/** What may be over in a moment. Not what took all of its time: the client has waited enough. */
function isBrief(error: unknown): boolean {
  if (error instanceof UpstreamFailure) return /^it answered 50[234]$/.test(error.message)
  return connectionCodes.has(String((error as { code?: unknown }).code))
}

/** undici says by its own codes that a connection was closed or not opened in time. */
const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])
