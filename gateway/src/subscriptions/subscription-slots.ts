import { HeaderMap } from '@apollo/server'
import { GraphQLError } from 'graphql'

/** Limits of what is open at once: in all, per user, and per address. */
export interface SlotLimits {
  total: number
  perUser: number
  perAddress: number
}

/** Who takes a slot. */
export interface SlotOwner {
  address: string
  /** Null when nobody is signed in. */
  userId: string | null
}

/** Slots for streams or connections. */
export interface Slots {
  /** Takes a slot; the returned function releases it. @throws GraphQLError RATE_LIMITED (429), or UNAVAILABLE (503) when all are taken */
  acquire: (holder: SlotOwner) => () => void
  count: () => number
}

const retryAfterSeconds = 5

/** Creates slots of which each user and each address may take a limited number. */
export function createSlots(what: string, limits: SlotLimits): Slots {
  let taken = 0
  const holders = new Map<string, number>()
  const change = (key: string, by: number): void => {
    const count = (holders.get(key) ?? 0) + by
    if (count > 0) holders.set(key, count)
    else holders.delete(key)
  }
  return {
    count: () => taken,
    acquire: ({ address, userId }) => {
      const shares: [string, number][] = [[`address ${address}`, limits.perAddress]]
      if (userId !== null) shares.push([`user ${userId}`, limits.perUser])
      if (taken >= limits.total) throw tooBusy()
      if (shares.some(([key, most]) => (holders.get(key) ?? 0) >= most))
        throw refusal('RATE_LIMITED', `You have too many open ${what}. Close one first.`)
      taken++
      for (const [key] of shares) change(key, 1)
      let isGiven = false
      return () => {
        if (isGiven) return
        isGiven = true
        taken--
        for (const [key] of shares) change(key, -1)
      }
    },
  }
}

/** The error when no slot is left for anybody. */
export function tooBusy(): GraphQLError {
  return refusal('UNAVAILABLE', 'The server is busy. Try again in a moment.')
}

function refusal(code: 'UNAVAILABLE' | 'RATE_LIMITED', message: string): GraphQLError {
  const headers = new HeaderMap([['retry-after', String(retryAfterSeconds)]])
  const http = { status: code === 'RATE_LIMITED' ? 429 : 503, headers }
  return new GraphQLError(message, { extensions: { code, retryAfterSeconds, http } })
}
