import type { IncomingHttpHeaders } from 'node:http'
import { nonceOf, SignatureRefused, signatureMaxAgeSeconds } from './request-signatures.ts'

/** Remembers accepted requests for as long as their signatures are valid. */
export interface UsedNonces {
  /** Accepts a request with a verified signature. @throws {SignatureRefused} when it was accepted before */
  take: (headers: IncomingHttpHeaders, now: Date) => void
}

const bucketSeconds = 10
/** More than a process can handle in that time; about 120 bytes each. */
const maxRemembered = 500_000

/**
 * In the memory of this process. Requests are stored in buckets by their signed time, so a copy is in the same bucket, and a bucket is
 * dropped once no signature of its time is valid. When full, requests are refused until there is room: dropping early would accept
 * copies.
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
