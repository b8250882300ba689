import type { IncomingMessage, ServerResponse } from 'node:http'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { sendJson } from '../base/http.ts'
import type { Log } from '../base/log.ts'
import type { BaseCtx, Caller } from '../context/context.ts'
import { formatError } from '../graphql/format-error.ts'
import { createSseStreams } from './sse-stream.ts'
import { type RejectedSubscription, type StartedSubscription, startSubscription } from './subscribe.ts'

/** The subscriptions of a subgraph. */
export interface Live {
  /** Starts a subscription as a caller, without HTTP. */
  start: (caller: Caller, body: unknown) => Promise<RejectedSubscription | StartedSubscription>
  /** Responds with a stream of events, or with JSON when the subscription is refused. */
  answer: (response: ServerResponse, caller: Caller, body: unknown) => Promise<void>
  /** The number of open streams. */
  count: () => number
  /** Ends the streams of a user whose rights have changed; the gateway resubscribes. */
  cut: (userId: string) => void
  /** Ends all streams, whose clients reconnect to another process, and accepts no new ones. */
  end: () => void
}

const defaultMaxStreams = 10_000

/** Schema, context and limits of subscriptions. */
export interface SubscriptionServerOptions<C extends BaseCtx> {
  schema: GraphQLSchema
  log: Log
  createCtx: (caller: Caller) => C
  /** Maximum number of open streams. Default: 10,000. */
  maxStreams?: number
}

/** Subscriptions over server-sent events: each event is executed as the caller, against the current state. */
export function createLive<C extends BaseCtx>(options: SubscriptionServerOptions<C>): Live {
  const { schema, log, createCtx, maxStreams = defaultMaxStreams } = options
  const streams = createSseStreams({ max: maxStreams, log })
  const start = (caller: Caller, body: unknown) =>
    startSubscription({ schema, log, createCtx: () => createCtx(caller) }, body)
  return {
    start,
    count: streams.count,
    cut: streams.cut,
    end: streams.end,
    answer: async (response, caller, body) => {
      const slot = streams.acquire(caller.viewer.kind === 'user' ? caller.viewer.userId : null)
      if ('refusal' in slot) {
        const { message } = slot.refusal
        const error = new GraphQLError(message, { originalError: slot.refusal })
        return sendJson(response, 200, { errors: [formatError(log, error.toJSON(), error)] })
      }
      try {
        const started = await start(caller, body)
        if (started.kind === 'rejected') return sendJson(response, started.status, started.answer)
        await slot.send(response, started.events)
      } finally {
        slot.release()
      }
    },
  }
}

/** Whether the client accepts a stream of events. */
export function wantsStream(request: IncomingMessage): boolean {
  return /\btext\/event-stream\b/.test(request.headers.accept ?? '')
}
