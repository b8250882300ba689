import { createHash } from 'node:crypto'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { prettyFormatQueryPlan } from '@apollo/query-planner'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js'
import { composeParts } from '@tikitu/schema/compose'
import { type DocumentNode, type GraphQLSchema, graphql, parse, validate } from 'graphql'
import { createCompiledExecutor } from '../src/compiled-executor.ts'
import type { ExecutorContext } from '../src/executor-context.ts'
import { parseExact } from '../src/lib/exact-json.ts'
import type { SubgraphAnswer } from '../src/run/execution.ts'

/** A subgraph that is called in process: what both executors reach is the same. */
export interface Part {
  name: string
  sdl: string
  resolvers: object
}

/** What a subgraph was asked. */
export interface Asked {
  subgraph: string
  query: string
  variables: Record<string, unknown>
}

/** Changes a subgraph's answer on the way, as a faulty subgraph would. */
export type Spoil = (subgraph: string, answer: SubgraphAnswer) => SubgraphAnswer

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
export type Json = any

/** An answer as a client sees it. */
export interface Seen {
  data?: Json
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, Json> }[]
  extensions?: Record<string, Json>
}

/** Both executors over one composed graph. */
export interface World {
  stock: (query: string, options?: RunOptions) => Promise<Seen>
  compiled: (query: string, options?: RunOptions) => Promise<Seen>
  /** The plan that the compiled executor follows, as text. */
  plan: (query: string) => string
  /** What the subgraphs were asked since this was last called. */
  asked: () => Asked[]
  spoil: (spoil: Spoil | null) => void
  validate: (query: string) => readonly string[]
  schema: GraphQLSchema
}

interface RunOptions {
  variables?: Record<string, unknown>
  operationName?: string
}

const context: ExecutorContext = { requestId: 'test' }
const fed =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@tag", "@interfaceObject", "@extends", "@composeDirective", "@cost", "@listSize"])\n'

/** Composes the parts and loads them into a stock gateway, with a compiled executor beside it. @throws what composition says */
export async function createWorld(parts: readonly Part[]): Promise<World> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1'
  const sources = new Map<string, (request: Omit<Asked, 'subgraph'>) => Promise<SubgraphAnswer>>()
  const asked: Asked[] = []
  let spoil: Spoil | null = null
  for (const { name, sdl, resolvers } of parts) {
    const schema = buildSubgraphSchema({
      typeDefs: parse(fed + sdl),
      resolvers: resolvers as GraphQLResolverMap<unknown>,
    })
    sources.set(name, async ({ query, variables }) => {
      asked.push({ subgraph: name, query, variables })
      const result = await graphql({ schema, source: query, variableValues: variables })
      const answer = parseExact(JSON.stringify(result)) as SubgraphAnswer
      return spoil ? spoil(name, answer) : answer
    })
  }
  const gateway = new ApolloGateway({
    supergraphSdl: composeParts(
      parts.map(({ name, sdl }) => ({ name, sdl: fed + sdl, url: `http://${name}.invalid/` })),
    ).supergraphSdl,
    buildService: ({ name }) => sourceOf(sources.get(name)),
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  })
  const compiled = createCompiledExecutor(gateway, {
    sendTo: (name) => async (body) => {
      const source = sources.get(name)
      if (!source) throw new Error(`no subgraph ${name}`)
      return await source(parseExact(body) as Omit<Asked, 'subgraph'>)
    },
  })
  const { schema } = await gateway.load()
  return {
    schema,
    spoil: (next) => {
      spoil = next
    },
    asked: () => asked.splice(0),
    validate: (query) => validate(schema, parse(query)).map(({ message }) => message),
    stock: async (query, options = {}) => seen(await stockRun(gateway, parse(query), options)),
    plan: (query) => prettyFormatQueryPlan(compiled.planOf({ document: parse(query), operationName: undefined })),
    compiled: async (query, { variables, operationName } = {}) => {
      const document = parse(query)
      const outcome = await compiled.execute({ document, operationName, variables, context, key: query })
      return seen({ ...outcome, ...(outcome.data !== undefined && { data: parseExact(outcome.data) }) })
    },
  }
}

function sourceOf(
  source: ((request: Omit<Asked, 'subgraph'>) => Promise<SubgraphAnswer>) | undefined,
): GraphQLDataSource {
  return {
    process: async ({ request }) => {
      if (!source) throw new Error('no such subgraph')
      const variables = JSON.parse(JSON.stringify(request.variables ?? {}))
      return JSON.parse(JSON.stringify(await source({ query: request.query ?? '', variables }))) as never
    },
  }
}

async function stockRun(gateway: ApolloGateway, document: DocumentNode, { variables, operationName }: RunOptions) {
  const queryHash = createHash('sha256').update(JSON.stringify(document)).digest('hex')
  return await gateway.executor({
    request: { variables, operationName },
    document,
    queryHash,
    context,
    metrics: {},
    logger: console,
  } as never)
}

function seen(result: unknown): Seen {
  return parseExact(JSON.stringify(result)) as Seen
}
