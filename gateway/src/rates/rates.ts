import { HeaderMap } from '@apollo/server'
import type { Viewer } from '@tikitu/kit/auth/viewer'
import { type DocumentNode, GraphQLError, type OperationDefinitionNode } from 'graphql'
import type { GatewayContext } from '../request/context.ts'
import { type Attempt, type AttemptLimit, attemptsIn } from './attempt-limits.ts'
import type { Rate, RateStore, Take } from './rate-store.ts'

export interface RateOptions {
  store: RateStore
  /** Cost that one address, and one user, may spend in a minute. */
  costPerMinute: { address: number; user: number }
  /** The root fields at which something can be guessed. */
  attemptLimits: Readonly<Record<string, AttemptLimit>>
  /** How many times the usual number of guesses. */
  attemptFactor: number
  /** What it costs to read a text that was not known, for each 2,000 characters that are begun. */
  readingCost: number
}

/** What callers spend. */
export interface Rates {
  /** For a request before its cost is known: one point, unless it costs more. @throws GraphQLError RATE_LIMITED (429) */
  chargeRequest: (address: string, cost?: number) => Promise<void>
  /** One point, for a request of somebody signed in. @throws GraphQLError RATE_LIMITED (429) */
  chargeUser: (viewer: Viewer) => Promise<void>
  /**
   * What it took to parse, validate or plan a text that was not known, once for each request. Nobody waits: whoever has nothing left
   * is refused at the next request, before anything of it is read.
   */
  chargeReading: (caller: GatewayContext, text: string) => void
  /** What an operation costs, and each guess in it. @throws GraphQLError RATE_LIMITED (429) */
  chargeOperation: (operation: Operation, variables: Variables, charge: Charge) => Promise<void>
  /** Makes what was charged for an operation what its answer came to, and 1 at least. Nothing happens where that is not known. */
  settle: (caller: GatewayContext, charged: number) => void
}

type Operation = { document: DocumentNode; operation: OperationDefinitionNode }
type Variables = Readonly<Record<string, unknown>>
type Charge = { caller: GatewayContext; cost: number }

/** Characters of a text that are charged as one. */
const readingUnit = 2_000

/** Rates by cost for everybody, and by number for what can be guessed. */
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

/**
 * The address pays first: it is the one that cannot be made up. What is refused of an account from one address does not count against
 * the account itself.
 */
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
