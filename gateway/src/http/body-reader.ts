import type { IncomingMessage } from 'node:http'
import { readBody } from '@tikitu/kit/base/http'

/** The body did not come in time. */
export class BodyTooSlow extends Error {
  override readonly name = 'BodyTooSlow'
}

export interface BodyLimits {
  maxBytes: number
  /** How long a body may take. Each `bytesPerSecond` of it that came give it another second. */
  timeoutMs: number
  /** Bodies of one address that are waited for at once. One more, and the oldest of them is given up. */
  perAddress: number
}

/** The exact bytes of a request's body. @throws {BodyTooLarge | BodyTooSlow} */
export type ReadRequestBody = (request: IncomingMessage, address: string) => Promise<Buffer>

/** Slower than any network on which somebody buys a ticket. */
const bytesPerSecond = 20_000

/**
 * Reads bodies that come in time. Waiting for one takes no place from anybody: an address that sends many slowly loses its own
 * oldest first, so that others behind the same address are still heard.
 */
export function createBodyReader({ maxBytes, timeoutMs, perAddress }: BodyLimits): ReadRequestBody {
  const waiting = new Map<string, Set<() => void>>()
  const wait = (address: string, giveUp: () => void): (() => void) => {
    const own = waiting.get(address) ?? new Set()
    waiting.set(address, own)
    if (own.size >= perAddress) own.values().next().value?.()
    own.add(giveUp)
    return () => {
      own.delete(giveUp)
      if (own.size === 0) waiting.delete(address)
    }
  }
  const startDeadline = createBodyDeadlines(timeoutMs)
  return (request, address) =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        stop()
        reject(new BodyTooSlow('The body of the request did not come in time: send it again.'))
      }
      const deadline = startDeadline(giveUp)
      const forget = wait(address, giveUp)
      const stop = (): void => {
        deadline.clear()
        forget()
      }
      readBody(request, maxBytes, deadline.extend).then(
        (body) => {
          stop()
          resolve(body)
        },
        (error: Error) => {
          stop()
          reject(error)
        },
      )
    })
}

interface Deadline {
  endsAt: number
  onEnd: () => void
}

/**
 * Deadlines that what comes pushes on, kept to a fiftieth of their time. One timer looks after all of them: most bodies come with their
 * head, and a timer for each would cost more than to read it.
 */
function createBodyDeadlines(timeoutMs: number) {
  const pending = new Set<Deadline>()
  let isTimed = false
  const time = (): void => {
    isTimed = pending.size > 0
    if (isTimed) setTimeout(sweep, Math.max(1, timeoutMs / 50))
  }
  const sweep = (): void => {
    const now = performance.now()
    for (const one of pending) if (one.endsAt <= now) one.onEnd()
    time()
  }
  return (onEnd: () => void) => {
    const one: Deadline = { endsAt: performance.now() + timeoutMs, onEnd }
    pending.add(one)
    if (!isTimed) time()
    return {
      extend: (byteCount: number): void => {
        one.endsAt += (byteCount / bytesPerSecond) * 1_000
      },
      clear: () => void pending.delete(one),
    }
  }
}
