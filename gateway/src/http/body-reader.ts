import type { IncomingMessage } from 'node:http'
import { readBody } from '@tikitu/kit/base/http'

/** The body did not arrive in time. */
export class BodyTooSlow extends Error {
  override readonly name = 'BodyTooSlow'
}

export interface BodyLimits {
  maxBytes: number
  /** The time limit for a body. Each `bytesPerSecond` received extend it by a second. */
  timeoutMs: number
  /** The maximum number of unfinished bodies per address. One more cancels the oldest. */
  perAddress: number
}

/** The bytes of a request's body. @throws {BodyTooLarge | BodyTooSlow} */
export type ReadRequestBody = (request: IncomingMessage, address: string) => Promise<Buffer>

/** Slower than any network that a ticket buyer would use. */
const bytesPerSecond = 20_000

/**
 * Reads bodies with a time limit. An address with too many slow bodies loses its own oldest ones, so other clients behind that address
 * still get through.
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
        reject(new BodyTooSlow('The request body did not arrive in time. Send it again.'))
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
 * Deadlines that received data extends, accurate to 2 %. One timer serves all of them, because most bodies arrive with their headers and a
 * timer for each would cost more than reading them.
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
