import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Unavailable } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { EventStream } from './change-stream.ts'
import { SourceError } from './subscribe.ts'

/** The streams of a process. */
export interface SseStreams {
  /** Reserves a slot for a stream. `reader` identifies the streams that can be ended together. */
  acquire: (reader: string | null) => StreamSlot | { refusal: Unavailable }
  count: () => number
  /** Ends a reader's streams without completing them, so that clients reconnect and are authorized again. */
  cut: (reader: string) => void
  /** Ends all streams without completing them and accepts no new ones. Clients reconnect to another process. */
  end: () => void
}

/** A slot for one stream. */
export interface StreamSlot {
  /** Sends events until they end or the client disconnects. */
  send: (response: ServerResponse, events: EventStream<string>) => Promise<void>
  release: () => void
}

const heartbeatMs = 10_000
const heartbeat = ':\n\n'
const completion = 'event: complete\ndata: \n\n'

/**
 * Server-sent events of the graphql-sse protocol (distinct connections): `next` for each execution result, `complete` at the end, and
 * comments as heartbeats. An event is produced once the socket has taken the previous one.
 */
export function createSseStreams({ max, log }: { max: number; log: Log }): SseStreams {
  const slots = new Map<object, { reader: string | null; end: () => void }>()
  let isEnding = false
  return {
    acquire: (reader) => {
      if (isEnding) return { refusal: new Unavailable('The server is shutting down. Reconnect.') }
      if (slots.size >= max) {
        return { refusal: new Unavailable('Too many subscriptions are open. Try again later.') }
      }
      let isInterrupted = false
      let stop = (): void => undefined
      const end = (): void => {
        isInterrupted = true
        stop()
      }
      const slot: StreamSlot = {
        send: async (response, events) => {
          stop = () => endNow(response, events)
          if (isInterrupted || response.destroyed) stop()
          await send(response, events, { log, isInterrupted: () => isInterrupted })
        },
        release: () => void slots.delete(slot),
      }
      slots.set(slot, { reader, end })
      return slot
    },
    count: () => slots.size,
    cut: (reader) => {
      for (const slot of slots.values()) if (slot.reader === reader) slot.end()
    },
    end: () => {
      isEnding = true
      for (const { end } of slots.values()) end()
    },
  }
}

/** Without waiting for slow clients. */
function endNow(response: ServerResponse, events: EventStream<unknown>): void {
  void events.return()
  if (response.writableNeedDrain) response.destroy()
}

interface SendContext {
  log: Log
  /** Whether it ends before its source. */
  isInterrupted: () => boolean
}

async function send(
  response: ServerResponse,
  events: EventStream<string>,
  { log, isInterrupted }: SendContext,
): Promise<void> {
  response.on('close', () => void events.return())
  try {
    await sendAll(response, events)
    // Without `complete` the client reconnects, possibly to another process.
    if (!response.destroyed) response.end(isInterrupted() ? undefined : completion)
  } catch (error) {
    if (!(error instanceof SourceError)) log.error({ err: error }, 'a stream broke')
    response.destroy()
  } finally {
    await events.return()
  }
}

async function sendAll(response: ServerResponse, events: EventStream<string>): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  response.flushHeaders()
  const timer = setTimeout(() => {
    if (!response.writableNeedDrain) response.write(heartbeat)
    timer.refresh()
  }, heartbeatMs)
  try {
    for await (const text of events) {
      const hasRoom = response.write(`event: next\ndata: ${text}\n\n`)
      timer.refresh()
      if (!hasRoom) await drained(response)
      if (response.destroyed) return
    }
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves when the socket has taken everything or is closed. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return
  const settled = new AbortController()
  const { signal } = settled
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })])
  } catch (error) {
    if (!response.destroyed) throw error
  } finally {
    settled.abort()
  }
}
