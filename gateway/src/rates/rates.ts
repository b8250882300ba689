import { HeaderMap } from '@apollo/server'
import type { Viewer } from '@tikitu/kit/auth/viewer'
import { type DocumentNode, GraphQLError, type OperationDefinitionNode } from 'graphql'
import type { GatewayContext } from '../request/context.ts'
import { type Attempt, type AttemptLimit, attemptsIn } from './attempt-limits.ts'
import type { Rate, RateStore, Take } from './rate-store.ts'

export interface RateOptions {
  store: RateStore
  /** The cost per minute for each address and each user. */
  costPerMinute: { address: number; user: number }
  /** The root fields with brute-force protection. */
  attemptLimits: Readonly<Record<string, AttemptLimit>>
  /** Multiplies the number of attempts. */
  attemptFactor: number
  /** The cost of parsing an unknown text, for each started 2,000 characters. */
  readingCost: number
}

/** Charges callers. */
export interface Rates {
  /** Charges a request before its cost is known: one point. @throws GraphQLError RATE_LIMITED (429) */
  chargeRequest: (address: string, cost?: number) => Promise<void>
  /** Charges one point to a signed-in user. @throws GraphQLError RATE_LIMITED (429) */
  chargeUser: (viewer: Viewer) => Promise<void>
  /**
   * Charges parsing, validating or planning an unknown text, once per request. It does not wait: a caller without budget is rejected at the
   * next request, before it is parsed.
   */
  chargeReading: (caller: GatewayContext, text: string) => void
  /** Charges the cost of an operation and its attempts. @throws GraphQLError RATE_LIMITED (429) */
  chargeOperation: (operation: Operation, variables: Variables, charge: Charge) => Promise<void>
  /** Replaces the charged cost by the actual cost of the response, at least 1. Does nothing when that is unknown. */
  settle: (caller: GatewayContext, charged: number) => void
}

type Operation = { document: DocumentNode; operation: OperationDefinitionNode }
type Variables = Readonly<Record<string, unknown>>
type Charge = { caller: GatewayContext; cost: number }

/** The number of characters per point. */
const readingUnit = 2_000

/** Creates rate limits by cost, and by attempts for fields with brute-force protection. */
export function createRates({ store, costPerMinute, attemptLimits, attemptFactor, readingCost }: RateOptions): Rates {
  const byAddress = store.rate('cost-address', { points: costPerMinute.address, seconds: 60 })
  const byUser = store.rate('cost-user', { points: costPerMinute.user, seconds: 60 })
  const guess = guessTakers(store, attemptLimits, attemptFactor)
  return {
    settle: ({ actualCost, address, viewer }, charged) => {
      const owed = Math.max(1, charged) - Math.max(1, actualCost ?? charged)
      if (owed === 0) return
      byAddress.giveBack(address, owed)
      if (viewer.kind === 'user') byUser.giveBack(viewer.userId, owed)
    },
    chargeRequest: async (address, cost = 1) => refuseAfter(await byAddress(address, cost)),
    chargeUser: async (viewer) => {
      if (viewer.kind === 'user') refuseAfter(await byUser(viewer.userId, 1))
    },
    chargeReading: (caller, text) => {
      if (caller.isReadingCharged || caller.isWarmUp || readingCost === 0) return
      caller.isReadingCharged = true
      const cost = readingCost * Math.max(1, Math.ceil(text.length / readingUnit))
      byAddress.giveBack(caller.address, -cost)
      if (caller.viewer.kind === 'user') byUser.giveBack(caller.viewer.userId, -cost)
    },
    chargeOperation: async (operation, variables, { caller, cost }) => {
      for (const tried of attemptsIn(operation, variables, attemptLimits)) await guess(tried, caller.address)
      refuseAfter(await byAddress(caller.address, Math.max(0, cost - 1)))
      if (caller.viewer.kind === 'user') refuseAfter(await byUser(caller.viewer.userId, Math.max(0, cost - 1)))
    },
  }
}

/** Charges the address first, because it cannot be forged. Attempts that its limit rejects do not count for the account. */
function guessTakers(
  store: RateStore,
  limits: RateOptions['attemptLimits'],
  factor: number,
): (guess: Attempt, address: string) => Promise<void> {
  const scaled = ({ points, seconds }: Rate): Rate => ({ points: Math.ceil(points * factor), seconds })
  const takers = new Map(
    Object.entries(limits).map(([field, { address, account }]) => {
      const rate = (name: string, limit: Rate): Take => store.rate(`${field}-${name}`, scaled(limit))
      const ofAccount = account && {
        each: rate('account-address', account.each),
        total: rate('account', account.total),
      }
      return [field, { address: rate('address', address), account: ofAccount }]
    }),
  )
  return async ({ field, account }, address) => {
    const taker = takers.get(field)
    if (!taker) return
    refuseAfter(await taker.address(address, 1))
    if (account === null || !taker.account) return
    refuseAfter(await taker.account.each(`${account} ${address}`, 1))
    refuseAfter(await taker.account.total(account, 1))
  }
}

function refuseAfter(seconds: number): void {
  if (seconds === 0) return
  const headers = new HeaderMap([['retry-after', String(seconds)]])
  throw new GraphQLError(`Too many requests. Try again in ${seconds} s.`, {
    extensions: { code: 'RATE_LIMITED', retryAfterSeconds: seconds, http: { status: 429, headers } },
  })
}
