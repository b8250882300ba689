import type { UserViewer, Viewer } from '@tikitu/kit/auth/viewer'
import { DomainError } from '@tikitu/kit/base/errors'
import type { GraphQLError } from 'graphql'
import { asGraphQLError } from '../http/request-context.ts'
import type { GatewayContext } from '../request/context.ts'
import type { SupergraphSource } from '../supergraph/supergraph-source.ts'
import type { SubscribeRequest } from './check-subscription.ts'
import { type RunOptions, runSubscription, type SubscriptionRun } from './subscription-run.ts'
import { createSlots, type SlotLimits, tooBusy } from './subscription-slots.ts'
import { tokenExpiredError } from './token-expiry.ts'

export interface StreamsOptions extends RunOptions {
  limits: SlotLimits
  supergraph: SupergraphSource
}

/** A stream for the protocol that sends it. */
export interface Stream extends Pick<SubscriptionRun, 'answers' | 'stop'> {
  /** Releases everything that the stream holds. Has to be called in any case. */
  end: () => void
}

/** The subscriber, and when their token expires, in milliseconds since 1970. */
export interface Subscriber {
  context: GatewayContext
  endsAt: number | null
}

/** The streams of this gateway. */
export interface Streams {
  /** Starts one. @throws GraphQLError, or {Refusals} */
  start: (request: SubscribeRequest, subscriber: Subscriber) => Promise<Stream>
  count: () => number
  /** Ends a user's streams: with the reason when the user may not go on, without `complete` when their rights have changed. */
  recheck: (userId: string, isCurrent: (viewer: UserViewer) => boolean) => void
  /** Ends all without `complete`, so that clients reconnect elsewhere, and starts no more. */
  cut: () => void
}

/** Streams are renewed within this time, at random, so that many do not renew at once. */
const renewWithinMs = 2_000
const maxTimerMs = 2_147_483_647

/** Starts streams within their limits. Running streams switch to a new supergraph; those that it does not allow are ended. */
export function createStreams(options: StreamsOptions): Streams {
  const slots = createSlots('streams', options.limits)
  const running = new Set<SubscriptionRun & { viewer: Viewer; renewal: NodeJS.Timeout | undefined }>()
  let isCut = false
  options.supergraph.onUpdate(() => {
    for (const run of running) {
      clearTimeout(run.renewal)
      run.renewal = setTimeout(run.renew, Math.random() * renewWithinMs)
    }
  })
  return {
    count: slots.count,
    recheck: (userId, isCurrent) => {
      for (const run of running) {
        if (run.viewer.kind === 'user' && run.viewer.userId === userId) recheckRun(run, run.viewer, isCurrent)
      }
    },
    cut: () => {
      isCut = true
      for (const run of running) run.stop(null)
    },
    start: async (request, { context, endsAt }) => {
      const userId = context.viewer.kind === 'user' ? context.viewer.userId : null
      if (isCut) throw tooBusy()
      const release = slots.acquire({ address: context.address, userId })
      try {
        const plan = options.check(request, context)
        const charge = { caller: context, cost: plan.cost.estimated }
        await options.rates?.chargeOperation(plan.prepared, request.variables, charge)
        if (isCut) throw tooBusy()
        const run = {
          ...runSubscription(options, { request, context, plan }),
          viewer: context.viewer,
          renewal: undefined,
        }
        running.add(run)
        const expiry = endsAt === null ? undefined : stopAt(run, endsAt, tokenExpiredError())
        const end = (): void => {
          run.stop(null)
          clearTimeout(expiry)
          clearTimeout(run.renewal)
          running.delete(run)
          release()
        }
        return { answers: run.answers, stop: run.stop, end }
      } catch (error) {
        release()
        throw error
      }
    },
  }
}

function recheckRun(run: SubscriptionRun, viewer: UserViewer, isCurrent: (viewer: UserViewer) => boolean): void {
  try {
    if (!isCurrent(viewer)) run.stop(null)
  } catch (error) {
    run.stop(error instanceof DomainError ? asGraphQLError(error) : null)
  }
}

function stopAt(run: SubscriptionRun, at: number, last: GraphQLError): NodeJS.Timeout {
  return setTimeout(run.stop, Math.min(Math.max(0, at - Date.now()), maxTimerMs), last)
}
