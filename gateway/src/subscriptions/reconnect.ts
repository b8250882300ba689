import { setTimeout } from 'node:timers/promises'
import type { Log } from '@tikitu/kit/base/log'
import { type OpenEvents, StreamBroken } from './event-source.ts'

export interface ReconnectOptions {
  name: string
  /** For how long a broken stream is opened again and again. With 0 never. */
  resumeMs: number
  log: Log
}

const pauseMs = { first: 100, max: 2_000 }
/** A stream that held for so long begins anew with its breaks. */
const steadyMs = 5_000

/**
 * A stream that is opened again when it breaks, after growing pauses: its first event is the state as it is, so nothing is missed.
 * @throws {StreamBroken} when it is not to be had for too long; what else goes wrong, at once
 */
export function withReconnect(open: OpenEvents, { name, resumeMs, log }: ReconnectOptions): OpenEvents {
  return async function* (body, context, signal) {
    const patience = createBackoff(resumeMs, signal)
    for (;;) {
      const held = { since: null as number | null }
      try {
        return yield* noting(held, open(body, context, signal))
      } catch (error) {
        const pause = patience.delayAfter(error, held.since)
        if (pause === null) throw error
        log.debug({ err: error, subgraph: name, requestId: context.requestId }, 'a stream failed: it is opened again')
        await setTimeout(pause, undefined, { signal })
      }
    }
  }
}

/** Notes when the first event came. */
async function* noting<T>(held: { since: number | null }, events: AsyncGenerator<T>): AsyncGenerator<T> {
  for await (const event of events) {
    held.since ??= performance.now()
    yield event
  }
}

interface Backoff {
  /** How long to wait after what ended a stream that held since then, if it ever did; null when it is not to be opened again. */
  delayAfter: (error: unknown, heldSince: number | null) => number | null
}

/** Pauses grow from break to break, and are spread out: all streams of a subgraph break at once. */
function createBackoff(resumeMs: number, signal: AbortSignal): Backoff {
  let brokenSince: number | null = null
  let breaks = 0
  return {
    delayAfter: (error, heldSince) => {
      if (signal.aborted || !(error instanceof StreamBroken)) return null
      const now = performance.now()
      if (brokenSince === null || (heldSince !== null && now - heldSince > steadyMs)) {
        brokenSince = now
        breaks = 0
      }
      if (now - brokenSince >= resumeMs) return null
      return Math.min(pauseMs.first * 2 ** breaks++, pauseMs.max) * (0.5 + Math.random())
    },
  }
}
