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

/** A stream as whoever writes it sees it. */
export interface Stream extends Pick<SubscriptionRun, 'answers' | 'stop'> {
  /** To be called whatever happened: gives back all that the stream held. */
  end: () => void
}

/** Whoever subscribes, and when their token ends. */
export interface Subscriber {
  context: GatewayContext
  endsAt: number | null
}

/** All streams of this gateway. */
export interface Streams {
  /** Begins one. @throws GraphQLError, or {Refusals}: then there is none */
  start: (subscribing: SubscribeRequest, subscriber: Subscriber) => Promise<Stream>
  count: () => number
  /** Ends those of a person who may not go on, with the reason; without a word those whose rights have changed. */
  recheck: (userId: string, isCurrent: (viewer: UserViewer) => boolean) => void
  /** Ends all of them without a word, so that their clients come again, elsewhere; here no more begin. */
  cut: () => void
}

/** Not all at once, when many run. */
const renewWithinMs = 2_000
const maxTimerMs = 2_147_483_647

/** Streams within their limits. A new supergraph is taken up by those that run; those that it does not allow are ended. */
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
    start: async (subscribing, { context, endsAt }) => {
      const userId = context.viewer.kind === 'user' ? context.viewer.userId : null
      if (isCut) throw tooBusy()
      const release = slots.acquire({ address: context.address, userId })
      try {
        const admitted = options.admit(subscribing, context)
        const charge = { caller: context, cost: admitted.cost.estimated }
        await options.rates?.chargeOperation(admitted.prepared, subscribing.variables, charge)
        if (isCut) throw tooBusy()
        const run = {
          ...runSubscription(options, { subscribing, context, admitted }),
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
