import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { expect, test } from 'vitest'
import { anonymous, type Viewer } from '../auth/viewer.ts'
import { Forbidden } from '../base/errors.ts'
import { cacheControl } from './cache-control.ts'
import { buildSchema } from './schema.ts'

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
  scalar DateTime
  type Event @key(fields: "id") @cacheControl(maxAge: 60) {
    id: ID! title: String! image: Image picture: Image @cacheControl(inheritMaxAge: true) free: Int! @cacheControl(maxAge: 5)
    mine: String @cacheControl(maxAge: 30, scope: PRIVATE) seat: Seat @cacheControl(maxAge: 10) own: Own! next: Event stage: Stage page: Page
    drafts: Int refused: Int
  }
  type Image { url: String! event: Event }
  type Seat { label: String! }
  type Own @cacheControl(maxAge: 40, scope: PRIVATE) { note: String }
  type Page @cacheControl(inheritMaxAge: true) { items: [Event!]! }
  interface Stage @cacheControl(maxAge: 50) { name: String }
  type Hall implements Stage @cacheControl(maxAge: 1) { name: String @cacheControl(maxAge: 20) rows: Int @cacheControl(maxAge: 15) }
  type Venue @key(fields: "id") { id: ID! name: String }
  type Query {
    event: Event @public
    aged: Event @public @cacheControl(maxAge: 20)
    page: Page @public
    kept: Page @public @cacheControl(maxAge: 7)
    word: String @public
    keptWord: String @public @cacheControl(maxAge: 8)
    never: Event @public @cacheControl(maxAge: 0)
    whole: Event @public @cacheControl(inheritMaxAge: true)
  }
  type Mutation { event: Event @public }
`

const event: Record<string, unknown> = { id: 'e', title: 't', free: 1, mine: 'm', drafts: 0 }
Object.assign(event, {
  image: { url: 'u', event },
  picture: { url: 'u', event },
  seat: { label: 'l' },
  own: { note: 'n' },
})
Object.assign(event, { next: event, stage: { __typename: 'Hall', name: 'h', rows: 3 }, page: { items: [event] } })
const page = { items: [event] }
type Ctx = { viewer: Viewer }
const schema = buildSchema(sdl, {
  Query: {
    ...Object.fromEntries(['event', 'aged', 'never', 'whole'].map((name) => [name, () => event])),
    ...{ page: () => page, kept: () => page, word: () => 'w', keptWord: () => 'w' },
  },
  Mutation: { event: () => event },
  Event: {
    __resolveReference: () => event,
    drafts: (_: unknown, _args: unknown, ctx: Ctx) => (ctx.viewer.kind === 'user' ? 1 : 0),
    refused: () => {
      throw new Forbidden()
    },
  },
  Venue: { __resolveReference: () => ({ id: 'v', name: 'n' }) },
})
const ours = new ApolloServer<Ctx>({ schema, plugins: [cacheControl, ApolloServerPluginCacheControlDisabled()] })
const apollos = new ApolloServer<Ctx>({ schema, plugins: [ApolloServerPluginCacheControl()] })

async function headerOf(server: ApolloServer<Ctx>, query: string): Promise<string | undefined> {
  const contextValue = { viewer: anonymous }
  const { http } = await server.executeOperation({ query }, { contextValue })
  return http.headers.get('cache-control')
}

const entities = (selection: string, type = 'Event') =>
  `{ _entities(representations: [{ __typename: "${type}", id: "e" }]) { __typename ${selection} } }`

test.each([
  ['{ event { title } }', 'max-age=60, public'],
  ['{ event { title free } }', 'max-age=5, public'],
  ['{ event { mine } }', 'max-age=30, private'],
  ['{ event { own { note } } }', 'max-age=40, private'],
  ['{ event { image { url } } }', 'no-store'],
  ['{ event { picture { url } } }', 'max-age=60, public'],
  ['{ event { picture { event { free } } } }', 'max-age=5, public'],
  ['{ event { seat { label } } }', 'max-age=10, public'],
  ['{ event { page { items { title } } } }', 'max-age=60, public'],
  ['{ event { stage { name } } }', 'max-age=20, public'],
  ['{ event { stage { ... on Hall { rows } } } }', 'max-age=15, public'],
  ['{ event { ...F } } fragment F on Event { next { ...G } } fragment G on Event { free }', 'max-age=5, public'],
  ['{ aged { title } }', 'max-age=20, public'],
  ['{ page { items { title } } }', 'no-store'],
  ['{ kept { items { title } } }', 'max-age=7, public'],
  ['{ word }', 'no-store'],
  ['{ keptWord }', 'max-age=8, public'],
  ['{ keptWord event { title } }', 'max-age=8, public'],
  ['{ never { title } }', 'no-store'],
  ['{ whole { title } }', 'max-age=60, public'],
  ['{ a: event { title } b: event { mine free } }', 'max-age=5, private'],
  ['{ __typename }', 'no-store'],
  ['{ event { refused } }', 'no-store'],
  ['{ nope }', 'no-store'],
  [entities('... on Event { title }'), 'max-age=60, public'],
  [entities('... on Event { free mine }'), 'max-age=5, private'],
  [entities('... on Venue { name }', 'Venue'), 'no-store'],
])('%s is kept as Apollo’s own plugin says', async (query, header) => {
  expect(await headerOf(ours, query)).toBe(header)
  const theirs = await headerOf(apollos, query)
  expect(theirs === undefined ? 'no-store' : theirs).toBe(header)
})

test('of several entities the one without a hint decides, in whichever order they are requested', async () => {
  expect(await headerOf(ours, entities('... on Event { title } ... on Venue { name }'))).toBe('no-store')
  expect(await headerOf(ours, `${entities('...V')} fragment V on Venue { name }`)).toBe('no-store')
  expect(await headerOf(ours, entities(''))).toBe('no-store')
  expect(await headerOf(ours, entities('').replace('{', '{ keptWord'))).toBe('no-store')
})

test('a mutation is never kept, whatever it answers with', async () => {
  expect(await headerOf(ours, 'mutation { event { title } }')).toBe('no-store')
})

test('an answer for which the viewer was asked for is never kept, whatever it came to', async () => {
  expect(await headerOf(ours, '{ event { drafts } }')).toBe('no-store')
  expect(await headerOf(ours, '{ event { title } }')).toBe('max-age=60, public')
})
