import type { PublicError } from './error-response.ts'

/** Limits concurrent requests. */
export interface ConcurrencyLimiter {
  /** Takes a slot. Returns the function that releases it, or a refusal when none is free. */
  acquire: (address: string) => Release | LoadRefusal
}

/** Releases a slot. */
export type Release = () => void

/** Why a request gets no slot. */
export interface LoadRefusal {
  status: number
  error: PublicError
}

export interface ConcurrencyLimits {
  /** The maximum number of concurrent requests. */
  total: number
  /** The maximum per client address. */
  perAddress: number
}

/** No slot is free for any client. */
export const overloaded: LoadRefusal = {
  status: 503,
  error: { code: 'UNAVAILABLE', message: 'The server is busy. Try again in a moment.' },
}
const tooManyRequests: LoadRefusal = {
  status: 429,
  error: {
    code: 'RATE_LIMITED',
    message: 'You have too many concurrent requests. Wait until one has finished.',
  },
}

/**
 * Limits concurrent requests in total and per address. Requests over the limit are refused at once, so that under overload some requests
 * succeed quickly and no client takes all slots.
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
