import { Unavailable } from '@tikitu/kit/base/errors'
import * as jose from 'jose'

export interface KeyCacheOptions {
  /** Fetches the pool's public keys. */
  fetchKeys: () => Promise<jose.JSONWebKeySet>
  now: () => number
  /** Called when a fetch fails. */
  onFailure: (error: unknown) => void
}

const freshMs = 600_000
const unknownKidPauseMs = 30_000
const firstBackOffMs = 1_000
const lastBackOffMs = 60_000

/**
 * The pool's keys, for `jose.jwtVerify`. Cached keys stay valid while a refresh runs or fails. There is one refresh at a time; an unknown
 * key id causes at most one in 30 s; failures back off. @throws {Unavailable} before the first successful fetch; JWKSNoMatchingKey for an
 * unknown key
 */
export function createKeyCache({ fetchKeys, now, onFailure }: KeyCacheOptions): jose.JWTVerifyGetKey {
  let keys: jose.JWTVerifyGetKey | null = null
  let refreshing: Promise<void> | null = null
  let failures = 0
  let fetchedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY

  const fetchNow = async (): Promise<void> => {
    triedAt = now()
    try {
      keys = jose.createLocalJWKSet(await fetchKeys())
      fetchedAt = now()
      failures = 0
    } catch (error) {
      failures++
      onFailure(error)
    }
  }
  const refresh = (pauseMs: number): Promise<void> => {
    const backOffMs = failures > 0 ? Math.min(firstBackOffMs * 2 ** (failures - 1), lastBackOffMs) : 0
    if (!refreshing && now() - triedAt >= Math.max(pauseMs, backOffMs)) {
      refreshing = fetchNow().finally(() => {
        refreshing = null
      })
    }
    return refreshing ?? Promise.resolve()
  }

  return async (header, token) => {
    if (!keys) await refresh(0)
    if (!keys) throw new Unavailable('Access tokens cannot be verified. Try again in a moment.')
    if (now() - fetchedAt > freshMs) void refresh(0)
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof jose.errors.JWKSNoMatchingKey)) throw error
      await refresh(unknownKidPauseMs)
      return await keys(header, token)
    }
  }
}

/** Fetches a key set over HTTP, within 3 s. @throws when the response is not a key set */
export async function fetchKeySet(url: string): Promise<jose.JSONWebKeySet> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000), redirect: 'error' })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  const keySet = (await response.json()) as jose.JSONWebKeySet
  if (!Array.isArray(keySet?.keys) || keySet.keys.length === 0) throw new Error(`${url} has no keys`)
  return keySet
}
