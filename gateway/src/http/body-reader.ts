import type { IncomingMessage } from 'node:http'
import { readBody } from '@tikitu/kit/http'

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
  return (request, address) =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        stop()
        reject(new BodyTooSlow('The body of the request did not come in time: send it again.'))
      }
      const deadline = createDeadline(timeoutMs, giveUp)
      const forget = wait(address, giveUp)
      const stop = (): void => {
        request.off('data', deadline.extend)
        deadline.clear()
        forget()
      }
      request.on('data', deadline.extend)
      readBody(request, maxBytes).finally(stop).then(resolve, reject)
    })
}

/** A timer that what comes pushes on. */
function createDeadline(timeoutMs: number, onEnd: () => void) {
  let endsAt = performance.now() + timeoutMs
  let timer: NodeJS.Timeout
  const start = (ms: number): void => {
    timer = setTimeout(() => {
      const left = endsAt - performance.now()
      if (left > 1) start(left)
      else onEnd()
    }, ms)
  }
  start(timeoutMs)
  return {
    extend: (chunk: Buffer): void => {
      endsAt += (chunk.length / bytesPerSecond) * 1_000
    },
    clear: () => clearTimeout(timer),
  }
}
