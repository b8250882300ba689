import type { IncomingHttpHeaders } from 'node:http'
import { nonceOf, SignatureRefused, signatureMaxAgeSeconds } from './request-signatures.ts'

/** Remembers which signed requests were taken, for as long as their signatures are good. */
export interface UsedNonces {
  /** Takes a request whose signature was verified. @throws {SignatureRefused} when it, or a copy of it, was taken before */
  take: (headers: IncomingHttpHeaders, now: Date) => void
}

const bucketSeconds = 10
/** More than a process can answer in the time that is looked back upon: about 120 bytes each. */
const maxRemembered = 500_000

/**
 * A memory of this process. Requests are kept by the time they were signed at, which the signature covers: a copy comes to the same
 * bucket, and a bucket is forgotten as a whole when no signature of its time is good any more. When it is full, nothing more is
 * taken until there is room: forgetting early would let copies in.
 */
export function createUsedNonces(most = maxRemembered): UsedNonces {
  const buckets = new Map<number, Set<string>>()
  let count = 0

  function forgetOld(nowSeconds: number): void {
    for (const [bucket, nonces] of buckets) {
      if ((bucket + 1) * bucketSeconds + signatureMaxAgeSeconds >= nowSeconds) continue
      count -= nonces.size
      buckets.delete(bucket)
    }
  }
  return {
    take(headers, now) {
      const signed = nonceOf(headers)
      if (!signed) throw new SignatureRefused('missing or malformed signature')
      forgetOld(now.getTime() / 1000)
      if (count >= most) throw new SignatureRefused('too many signed requests')
      const bucket = Math.floor(signed.created / bucketSeconds)
      const nonces = buckets.get(bucket) ?? new Set()
      if (nonces.has(signed.nonce)) throw new SignatureRefused('replayed request')
      buckets.set(bucket, nonces.add(signed.nonce))
      count += 1
    },
  }
}
