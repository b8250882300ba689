import type { IncomingHttpHeaders } from 'node:http'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js'
import { GraphQLError, parse } from 'graphql'

/** A foreign subgraph on Apollo Server. */
export interface ForeignSubgraph {
  name: string
  sdl: string
  url: string
  /** The headers of all requests. */
  seen: IncomingHttpHeaders[]
  close: () => Promise<void>
}

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@requiresScopes", "@policy"])`

/** Its `DateTime` is an ISO week date, and its `Money` is an object, unlike Tikitu's scalars. */
const catalog = `${link}
scalar DateTime
scalar Money
type Query {
  products(since: DateTime, below: Money): [Product!]!
  node(id: ID!): String
  costs: [Money!] @authenticated
  margins: [Money!] @requiresScopes(scopes: [["shop/finance"]])
  plans: String @policy(policies: [["board"]])
}
type Mutation { rename(id: ID!, name: String!): Product register(email: String!): Boolean! }
type Product @key(fields: "id") { id: ID! name: String! price: Money! changed: DateTime! }`

const reviews = `${link}
type Query { latestReview: Review }
type Review { text: String! product: Product! }
type Product @key(fields: "id") { id: ID! reviews: [Review!]! }`

/** Has the name of a Tikitu service with public paths. */
const payment = `${link} type Query { invoices: Int! }`

const euros = (amount: string) => ({ amount, currency: 'EUR' })

interface Product {
  id: string
  name: string
  price: object
  changed: string
}

/** Three subgraphs of a shop. Two have names of Tikitu services. */
export async function startShop(): Promise<ForeignSubgraph[]> {
  const products = new Map<string, Product>([
    ['1', { id: '1', name: 'Lamp', price: euros('12.50'), changed: '2026-W48' }],
    ['2', { id: '2', name: 'Chair', price: euros('80.00'), changed: '2026-W47' }],
  ])
  const texts = new Map([['1', ['Bright.', 'Warm.']]])
  const findProduct = (id: string): Product => {
    const found = products.get(id)
    if (!found) throw new GraphQLError(`no product ${id}`, { extensions: { code: 'NO_SUCH_PRODUCT' } })
    return found
  }
  return await Promise.all([
    start('user', catalog, {
      Query: {
        products: (_: unknown, { since, below }: { since?: string; below?: { amount: string } }) =>
          [...products.values()].filter(
            ({ changed, price }) =>
              (!since || changed >= since) &&
              (!below || Number((price as { amount: string }).amount) < Number(below.amount)),
          ),
        node: (_: unknown, { id }: { id: string }) => `node ${id}`,
        costs: () => [euros('7.10')],
        margins: () => [euros('5.40')],
        plans: () => 'secret',
      },
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }) => Object.assign(findProduct(id), { name }),
        register: () => true,
      },
      Product: { __resolveReference: ({ id }: { id: string }) => products.get(id) },
    }),
    start('reviews', reviews, {
      Query: { latestReview: () => ({ text: 'Warm.', product: { id: '1' } }) },
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        reviews: ({ id }: { id: string }) => (texts.get(id) ?? []).map((text) => ({ text, product: { id } })),
      },
    }),
    start('payment', payment, { Query: { invoices: () => 3 } }),
  ])
}

async function start(name: string, sdl: string, resolvers: object): Promise<ForeignSubgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as GraphQLResolverMap<unknown> })
  const seen: IncomingHttpHeaders[] = []
  const server = new ApolloServer({ schema, stopOnTerminationSignals: false })
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => {
      seen.push(req.headers)
      return {}
    },
  })
  return { name, sdl, url, seen, close: () => server.stop() }
}
