import { common } from '../harness.ts'
import { startSubgraph, type TestSubgraph } from '../subgraphs.ts'
import { createFeed, type Feed } from './feed.ts'
import { type LiveContext, type LiveSubgraph, startLiveSubgraph } from './live-subgraph.ts'

const booking = `${common}
type Query { now: String @public }
type Mutation { touch: String @public }
type Subscription {
  seats(performanceId: ID!, since: String = "start", pad: Int = 0): Seats @public
  mine: Booking @authenticated
  staff: String @requiresScopes(scopes: [["admin"]])
  countTo(last: Int!): Int! @public
  refused: String @public
}
type Seats { free: Int since: String viewer: String pad: String secret: String @requiresScopes(scopes: [["admin"]]) must: String! performance: Performance! others: [Performance!]! page(first: Int! = 10, after: String): String }
type Performance @key(fields: "id", resolvable: false) { id: ID! }
type Booking @key(fields: "id") { id: ID! status: String! performance: Performance! }
`
const partner = `${common}
type Query { venues: [String!]! @public }
type Performance @key(fields: "id") { id: ID! title: String broken: String inner: String @requiresScopes(scopes: [["admin"]]) }
`

/** The values that tests change. */
export interface LiveGraph {
  booking: LiveSubgraph
  partner: TestSubgraph
  free: Feed<number>
  status: Feed<string>
  close: () => void
}

/** Two subgraphs, with events that need both. */
export async function startLiveGraph(): Promise<LiveGraph> {
  const free = createFeed(10)
  const status = createFeed('HELD')
  const source = await startLiveSubgraph('booking', booking, bookingResolvers(free, status))
  const other = await startSubgraph('partner', partner, partnerResolvers)
  const close = (): void => {
    source.close()
    other.close()
  }
  return { booking: source, partner: other, free, status, close }
}

interface Page {
  first: number
  after?: string | null
}

/** Rejects an invalid cursor, as services do. */
function pageOf(first: number, after: string | null = null): string {
  if (after === null || after === 'ours') return `${first} after ${after}`
  throw Object.assign(new Error('This is no cursor.'), { extensions: { code: 'BAD_USER_INPUT' } })
}

type Args = { performanceId: string; since: string; pad: number }

function bookingResolvers(free: Feed<number>, status: Feed<string>) {
  const nameOf = ({ viewer }: LiveContext): string => (viewer.kind === 'user' ? viewer.userId : 'nobody')
  return {
    Query: { now: () => 'now' },
    Mutation: { touch: () => 'touched' },
    Seats: { must: () => 'must', page: (_: unknown, { first, after }: Page) => pageOf(first, after) },
    Subscription: {
      seats: {
        subscribe: () => free.watch(),
        resolve: (value: number, { performanceId, since, pad }: Args, context: LiveContext) => ({
          free: value < 0 ? new Error('negative') : value,
          since,
          viewer: nameOf(context),
          pad: 'x'.repeat(pad),
          secret: 'hush',
          performance: { id: performanceId },
          others: [{ id: 'p7' }, { id: performanceId }],
        }),
      },
      mine: {
        subscribe: () => status.watch(),
        resolve: (value: string) => ({ id: 'b1', status: value, performance: { id: 'p1' } }),
      },
      staff: { subscribe: () => status.watch(), resolve: (value: string) => value },
      countTo: {
        subscribe: async function* (_: unknown, { last }: { last: number }) {
          for (let number = 1; number <= last; number++) yield number
        },
        resolve: (value: number) => value,
      },
      refused: {
        subscribe: () => {
          throw Object.assign(new Error('Nothing here.'), { extensions: { code: 'NOT_FOUND' } })
        },
      },
    },
  }
}

const partnerResolvers = {
  Query: { venues: () => ['Hall'] },
  Performance: {
    __resolveReference: ({ id }: { id: string }) => ({ id, title: `Play ${id}`, inner: 'inner' }),
    broken: () => {
      throw new Error('inside secret')
    },
  },
}
