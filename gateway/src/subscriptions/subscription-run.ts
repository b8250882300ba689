import { setTimeout as pause } from 'node:timers/promises'
import type { SubgraphAnswer } from '@tikitu/federation-executor/run/execution'
import { stringifyResult } from '@tikitu/federation-executor/write/raw-json'
import { GraphQLError } from 'graphql'
import type { Rates } from '../rates/rates.ts'
import { newCachePolicy } from '../request/cache-policy.ts'
import type { GatewayContext } from '../request/context.ts'
import type { ErrorMask } from '../request/mask-errors.ts'
import type { CheckSubscription, Result, SubscribeRequest, SubscriptionPlan } from './check-subscription.ts'
import type { OpenEvents } from './event-source.ts'
import { streamFailure } from './stream-failure.ts'

export interface RunOptions {
  admit: CheckSubscription
  openTo: (subgraph: string) => OpenEvents
  /** Null when rates are not limited. */
  rates: Rates | null
  mask: ErrorMask
  /** Whether the first answer says what the operation was estimated to cost. */
  isCostReported: boolean
}

/** A subscription that runs. */
export interface SubscriptionRun {
  /** The answers as JSON, one when one is asked for. Returns whether the source is over: else the client had better come again. */
  answers: AsyncGenerator<string, boolean>
  /** Ends it: after one last error, or without a word. */
  stop: (last: GraphQLError | null) => void
  /** Looks whether it may go on when another supergraph is in use, and lets it go on by that. */
  renew: () => void
}

interface Running {
  options: RunOptions
  subscribing: SubscribeRequest
  context: GatewayContext
  admitted: SubscriptionPlan
  /** The connection to the subgraph. Another load may want another one. */
  connection: AbortController
  isStopped: boolean
  last: unknown
  /** Whether nothing was answered so far: the first answer was paid for at the start. */
  isFirst: boolean
}

/** Runs what was admitted. The subgraph is read only as fast as answers are asked for, and left at once when the run is stopped. */
export function runSubscription(
  options: RunOptions,
  { subscribing, context, admitted }: Pick<Running, 'subscribing' | 'context' | 'admitted'>,
): SubscriptionRun {
  const connection = new AbortController()
  const running: Running = {
    options,
    subscribing,
    context,
    admitted,
    connection,
    isStopped: false,
    last: null,
    isFirst: true,
  }
  return {
    answers: answersOf(running),
    stop: (last) => stop(running, last),
    renew: () => renew(running),
  }
}

function stop(running: Running, last: unknown): void {
  if (running.isStopped) return
  running.isStopped = true
  running.last = last
  running.connection.abort()
}

function renew(running: Running): void {
  const { options, admitted, subscribing, context } = running
  if (running.isStopped || admitted.isCurrent()) return
  try {
    running.admitted = options.admit(subscribing, context)
    const isElsewhere = running.admitted.body !== admitted.body || running.admitted.subgraph !== admitted.subgraph
    if (isElsewhere) running.connection.abort()
  } catch (error) {
    stop(running, error)
  }
}

async function* answersOf(running: Running): AsyncGenerator<string, boolean> {
  try {
    while (!running.isStopped) {
      running.connection = new AbortController()
      if (yield* answersFrom(running)) return true
    }
  } catch (error) {
    stop(running, error)
  }
  if (running.last === null) return false
  yield textOf(running, { errors: streamFailure(running.last, running.admitted.subgraph) })
  return true
}

/** The answers of one connection. Returns whether the source is over. */
async function* answersFrom(running: Running): AsyncGenerator<string, boolean> {
  const { options, admitted, context, connection } = running
  try {
    for await (const event of options.openTo(admitted.subgraph)(admitted.body, context, connection.signal)) {
      renew(running)
      if (!connection.signal.aborted && !running.isFirst) await pay(running)
      if (connection.signal.aborted) return false
      yield await answer(running, event)
      if (connection.signal.aborted) return false
    }
    return true
  } catch (error) {
    if (connection.signal.aborted) return false
    throw error
  }
}

async function answer(running: Running, event: SubgraphAnswer): Promise<string> {
  const { admitted, context, options, isFirst } = running
  const own: GatewayContext = { ...context, cache: newCachePolicy() }
  const result = await admitted.answer(event, own)
  running.isFirst = false
  const charged = isFirst ? admitted.cost.estimated : admitted.eventCost
  if (!result.errors && charged > 1) options.rates?.settle(own, charged)
  if (!isFirst || !options.isCostReported) return textOf(running, result)
  const cost = { ...admitted.cost, ...(own.actualCost !== undefined && { actual: own.actualCost }) }
  return textOf(running, { ...result, extensions: { ...result.extensions, cost } })
}

/** Whoever has nothing left to spend waits. What changes meanwhile is in the next event: the subgraph is not read before. */
async function pay({ options, admitted, subscribing, context, connection }: Running): Promise<void> {
  const charge = { caller: context, cost: admitted.eventCost }
  for (;;) {
    try {
      return await options.rates?.chargeOperation(admitted.prepared, subscribing.variables, charge)
    } catch (error) {
      const seconds = error instanceof GraphQLError ? error.extensions['retryAfterSeconds'] : undefined
      if (typeof seconds !== 'number') throw error
      await pause(seconds * 1_000, undefined, { signal: connection.signal })
    }
  }
}

function textOf({ options, context }: Running, { errors = [], ...rest }: Result): string {
  const shown = options.mask.showAll(errors, context.requestId)
  return stringifyResult({ ...rest, ...(shown.length > 0 && { errors: shown }) })
}
