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
  /** Begins a subscription as that caller, without HTTP. */
  start: (caller: Caller, body: unknown) => Promise<RejectedSubscription | StartedSubscription>
  /** Answers with a stream of events; with plain JSON what is refused before there is one. */
  answer: (response: ServerResponse, caller: Caller, body: unknown) => Promise<void>
  /** How many streams are open. */
  count: () => number
  /** Ends the streams of a person whose rights have changed; the gateway asks again. */
  cut: (userId: string) => void
  /** Ends all streams, whose readers then go on elsewhere, and begins no more. */
  end: () => void
}

const defaultMaxStreams = 10_000

/** What its subscriptions are executed with. */
export interface SubscriptionServerOptions<C extends BaseCtx> {
  schema: GraphQLSchema
  log: Log
  createCtx: (caller: Caller) => C
  /** How many streams may be open at once. Default: 10,000. */
  maxStreams?: number
}

/** Live data over Server-Sent Events: each event is executed anew, as the caller, with things as they are then. */
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

/** Whether the client asks for a stream of events instead of one answer. */
export function wantsStream(request: IncomingMessage): boolean {
  return /\btext\/event-stream\b/.test(request.headers.accept ?? '')
}
