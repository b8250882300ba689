import { setTimeout } from 'node:timers/promises'
import type { Log } from '@tikitu/kit/base/log'
import { type OpenEvents, StreamBroken } from './event-source.ts'

export interface ReconnectOptions {
  name: string
  /** For how long a broken stream is reopened; 0 for never. */
  resumeMs: number
  log: Log
}

const pauseMs = { first: 100, max: 2_000 }
/** A stream that worked for so long starts again with the first pause. */
const stableMs = 5_000

/**
 * Reopens a stream that breaks, after growing pauses. Nothing is missed, because its first event is the current state.
 * @throws {StreamBroken} when it cannot be opened for too long; any other error at once
 */
export function withReconnect(open: OpenEvents, { name, resumeMs, log }: ReconnectOptions): OpenEvents {
  return async function* (body, context, signal) {
    const backoff = createBackoff(resumeMs, signal)
    for (;;) {
      const working = { since: null as number | null }
      try {
        return yield* noteFirst(working, open(body, context, signal))
      } catch (error) {
        const pause = backoff.delayAfter(error, working.since)
        if (pause === null) throw error
        log.debug({ err: error, subgraph: name, requestId: context.requestId }, 'a stream failed: it is opened again')
        await setTimeout(pause, undefined, { signal })
      }
    }
  }
}

/** Notes when the first event arrived. */
async function* noteFirst<T>(working: { since: number | null }, events: AsyncGenerator<T>): AsyncGenerator<T> {
  for await (const event of events) {
    working.since ??= performance.now()
    yield event
  }
}

interface Backoff {
  /** The pause before the stream is reopened; null when it is not. `workingSince` is null when it has never sent an event. */
  delayAfter: (error: unknown, workingSince: number | null) => number | null
}

/** Pauses grow with each break, and are random, because all streams of a subgraph break at once. */
function createBackoff(resumeMs: number, signal: AbortSignal): Backoff {
  let brokenSince: number | null = null
  let breaks = 0
  return {
    delayAfter: (error, workingSince) => {
      if (signal.aborted || !(error instanceof StreamBroken)) return null
      const now = performance.now()
      if (brokenSince === null || (workingSince !== null && now - workingSince > stableMs)) {
        brokenSince = now
        breaks = 0
      }
      if (now - brokenSince >= resumeMs) return null
      return Math.min(pauseMs.first * 2 ** breaks++, pauseMs.max) * (0.5 + Math.random())
    },
  }
}
