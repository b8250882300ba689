import type { PublicError } from './error-response.ts'

/** What runs at once. */
export interface ConcurrencyLimiter {
  /** Takes a place: gives it back when the function is called. Where none is left it is a refusal. */
  acquire: (address: string) => Release | LoadRefusal
}

/** Gives a place back. */
export type Release = () => void

/** Why a request finds no place. */
export interface LoadRefusal {
  status: number
  error: PublicError
}

export interface ConcurrencyLimits {
  /** Requests that run at once. */
  total: number
  /** Of these, so many of one address at most. */
  perAddress: number
}

/** No place is left, for anybody. */
export const overloaded: LoadRefusal = {
  status: 503,
  error: { code: 'UNAVAILABLE', message: 'Too busy right now: try again in a moment.' },
}
const tooManyRequests: LoadRefusal = {
  status: 429,
  error: {
    code: 'RATE_LIMITED',
    message: 'Too many requests of yours run at once: wait for the answer to one of them.',
  },
}

/**
 * A gate for so many at once, and so many of one address. What finds no place is refused right away: under too much load some
 * are served well instead of all badly, and nobody takes all places.
 */
export function createConcurrencyLimiter({ total, perAddress }: ConcurrencyLimits): ConcurrencyLimiter {
  let running = 0
  const byAddress = new Map<string, number>()
  return {
    acquire: (address) => {
      if (running >= total) return overloaded
      const own = byAddress.get(address) ?? 0
      if (own >= perAddress) return tooManyRequests
      running++
      byAddress.set(address, own + 1)
      return () => {
        running--
        const left = (byAddress.get(address) ?? 1) - 1
        if (left > 0) byAddress.set(address, left)
        else byAddress.delete(address)
      }
    },
  }
}
