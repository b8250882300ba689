import type { ServerResponse } from 'node:http'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { readBody, sendJson } from '@tikitu/kit/base/http'
import { graphql, parse } from 'graphql'
import { common } from './harness.ts'
import { startHostile, type TestSubgraph } from './subgraphs.ts'

/** The `cache-control` of the next responses; null for none. */
interface Saying {
  cacheControl: string | null
}

/** A subgraph with labels of events, which records its requests. */
export interface Labels extends TestSubgraph, Saying {
  /** The ids of each request, in order. */
  asked: string[][]
  /** Called before each response, which waits for it. */
  before: (response: ServerResponse) => unknown
  label: string
}

const eventsSdl = `${common}
type Query { events(ids: [ID!]!): [Event!] @public }
type Mutation { change: String @public changeEvent(id: ID!): Event @public }
type Event @key(fields: "id") { id: ID! }`

const labelsSdl = `${common}
type Event @key(fields: "id") { id: ID! label(size: Int): String odd: String place: Place }
type Place { name: String }`

/** Events by id. */
export async function startEvents(): Promise<TestSubgraph & Saying> {
  const saying: Saying = { cacheControl: null }
  const resolvers = {
    Query: { events: (_: unknown, { ids }: { ids: string[] }) => ids.map((id) => ({ id })) },
    Mutation: { change: () => 'changed', changeEvent: (_: unknown, { id }: { id: string }) => ({ id }) },
  }
  return Object.assign(saying, await start({ name: 'events', sdl: eventsSdl, resolvers }, saying, () => undefined))
}

/** The labels of events. `odd` fails for odd ids. */
export async function startLabels(): Promise<Labels> {
  const labels: Pick<Labels, 'asked' | 'cacheControl' | 'before' | 'label'> = {
    asked: [],
    cacheControl: 'max-age=60, public',
    before: () => undefined,
    label: 'label',
  }
  const resolvers = {
    Event: {
      __resolveReference: ({ id }: { id: string }) => (id === 'none' ? null : { id }),
      label: ({ id }: { id: string }, { size = 0 }: { size?: number }) => `${labels.label} ${id} ${size}`,
      place: ({ id }: { id: string }) => ({ name: `place ${id}` }),
      odd: ({ id }: { id: string }) => {
        if (Number(id) % 2 === 1) throw new Error('odd')
        return `even ${id}`
      },
    },
  }
  const subgraph = await start({ name: 'labels', sdl: labelsSdl, resolvers }, labels, async (response, variables) => {
    const lists = Object.entries(variables).filter(([name]) => name.startsWith('representations'))
    labels.asked.push(lists.flatMap(([, list]) => list.map(({ id }: { id: string }) => id)))
    await labels.before(response)
  })
  return Object.assign(labels, subgraph)
}

async function start(
  { name, sdl, resolvers }: { name: string; sdl: string; resolvers: object },
  saying: Saying,
  before: (response: ServerResponse, variables: object) => unknown,
): Promise<TestSubgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never })
  return await startHostile(name, sdl, async (request, response) => {
    const { query, variables } = JSON.parse((await readBody(request, 1_000_000)).toString())
    await before(response, variables)
    if (response.writableEnded) return
    if (saying.cacheControl) response.setHeader('cache-control', saying.cacheControl)
    const { data, errors } = await graphql({ schema, source: query, variableValues: variables })
    const refused = errors?.map(({ path }) => ({ message: 'odd', path, extensions: { code: 'NOT_FOUND' } }))
    sendJson(response, 200, { data, ...(refused && { errors: refused }) })
  })
}
