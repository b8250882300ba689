import { setTimeout as pause } from 'node:timers/promises'
import type { SubgraphResult } from '@tikitu/federation-executor/run/execution'
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
  check: CheckSubscription
  openTo: (subgraph: string) => OpenEvents
  /** Null when rates are not limited. */
  rates: Rates | null
  mask: ErrorMask
  /** Whether the first result reports the operation's estimated cost. */
  isCostReported: boolean
}

/** A running subscription. */
export interface SubscriptionRun {
  /** Results as JSON, pulled one by one. Returns whether the source is complete; if not, the client should reconnect. */
  answers: AsyncGenerator<string, boolean>
  /** Ends it, with one last error or without `complete`. */
  stop: (last: GraphQLError | null) => void
  /** Checks it against the supergraph in use, and continues with that or ends. */
  renew: () => void
}

interface Running {
  options: RunOptions
  request: SubscribeRequest
  context: GatewayContext
  plan: SubscriptionPlan
  /** The connection to the subgraph. Another supergraph may need another one. */
  connection: AbortController
  isStopped: boolean
  last: unknown
  /** Whether no result was sent so far. The first one was charged at the start. */
  isFirst: boolean
}

/** Runs a checked subscription. The subgraph is read only as fast as results are pulled, and disconnected at once when the run is stopped. */
export function runSubscription(
  options: RunOptions,
  { request, context, plan }: Pick<Running, 'request' | 'context' | 'plan'>,
): SubscriptionRun {
  const connection = new AbortController()
  const running: Running = {
    options,
    request,
    context,
    plan,
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
  const { options, plan, request, context } = running
  if (running.isStopped || plan.isCurrent()) return
  try {
    running.plan = options.check(request, context)
    const isElsewhere = running.plan.body !== plan.body || running.plan.subgraph !== plan.subgraph
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
  yield textOf(running, { errors: streamFailure(running.last, running.plan.subgraph) })
  return true
}

/** The results of one connection. Returns whether the source is complete. */
async function* answersFrom(running: Running): AsyncGenerator<string, boolean> {
  const { options, plan, context, connection } = running
  try {
    for await (const event of options.openTo(plan.subgraph)(plan.body, context, connection.signal)) {
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

async function answer(running: Running, event: SubgraphResult): Promise<string> {
  const { plan, context, options, isFirst } = running
  const own: GatewayContext = { ...context, cache: newCachePolicy() }
  const result = await plan.answer(event, own)
  running.isFirst = false
  const charged = isFirst ? plan.cost.estimated : plan.eventCost
  if (!result.errors && charged > 1) options.rates?.settle(own, charged)
  if (!isFirst || !options.isCostReported) return textOf(running, result)
  const cost = { ...plan.cost, ...(own.actualCost !== undefined && { actual: own.actualCost }) }
  return textOf(running, { ...result, extensions: { ...result.extensions, cost } })
}

/** Waits while the caller has no budget. Nothing is lost: the subgraph is not read meanwhile, and its next event has all changes. */
async function pay({ options, plan, request, context, connection }: Running): Promise<void> {
  const charge = { caller: context, cost: plan.eventCost }
  for (;;) {
    try {
      return await options.rates?.chargeOperation(plan.prepared, request.variables, charge)
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
