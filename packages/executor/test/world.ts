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
import type { SubgraphResult } from '../src/run/execution.ts'

/** A subgraph that runs in process. Both executors call it. */
export interface Subgraph {
  name: string
  sdl: string
  resolvers: object
}

/** A request to a subgraph. */
export interface SubgraphRequest {
  subgraph: string
  query: string
  variables: Record<string, unknown>
}

/** Replaces a subgraph's response, to simulate faults. */
export type Intercept = (subgraph: string, answer: SubgraphResult) => SubgraphResult

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
export type Json = any

/** A result as the client receives it. */
export interface ClientResult {
  data?: Json
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, Json> }[]
  extensions?: Record<string, Json>
}

/** Both executors over one supergraph. */
export interface World {
  stock: (query: string, options?: RunOptions) => Promise<ClientResult>
  compiled: (query: string, options?: RunOptions) => Promise<ClientResult>
  /** The compiled executor's query plan as text. */
  plan: (query: string) => string
  /** The requests to subgraphs since the last call. */
  requests: () => SubgraphRequest[]
  intercept: (intercept: Intercept | null) => void
  validate: (query: string) => readonly string[]
  schema: GraphQLSchema
}

interface RunOptions {
  variables?: Record<string, unknown>
  operationName?: string
}

const context: ExecutorContext = { requestId: 'test' }
const federationLink =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@tag", "@interfaceObject", "@extends", "@composeDirective", "@cost", "@listSize"])\n'

/** Composes subgraphs and creates both executors for them. @throws Error when they do not compose */
export async function createWorld(subgraphs: readonly Subgraph[]): Promise<World> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1'
  const sources = new Map<string, (request: Omit<SubgraphRequest, 'subgraph'>) => Promise<SubgraphResult>>()
  const requests: SubgraphRequest[] = []
  let intercept: Intercept | null = null
  for (const { name, sdl, resolvers } of subgraphs) {
    const schema = buildSubgraphSchema({
      typeDefs: parse(federationLink + sdl),
      resolvers: resolvers as GraphQLResolverMap<unknown>,
    })
    sources.set(name, async ({ query, variables }) => {
      requests.push({ subgraph: name, query, variables })
      const result = await graphql({ schema, source: query, variableValues: variables })
      const answer = parseExact(JSON.stringify(result)) as SubgraphResult
      return intercept ? intercept(name, answer) : answer
    })
  }
  const gateway = new ApolloGateway({
    supergraphSdl: composeParts(
      subgraphs.map(({ name, sdl }) => ({ name, sdl: federationLink + sdl, url: `http://${name}.invalid/` })),
    ).supergraphSdl,
    buildService: ({ name }) => dataSourceOf(sources.get(name)),
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  })
  const compiled = createCompiledExecutor(gateway, {
    sendTo: (name) => async (body) => {
      const source = sources.get(name)
      if (!source) throw new Error(`no subgraph ${name}`)
      return await source(parseExact(body) as Omit<SubgraphRequest, 'subgraph'>)
    },
  })
  const { schema } = await gateway.load()
  return {
    schema,
    intercept: (next) => {
      intercept = next
    },
    requests: () => requests.splice(0),
    validate: (query) => validate(schema, parse(query)).map(({ message }) => message),
    stock: async (query, options = {}) => toClientResult(await runStock(gateway, parse(query), options)),
    plan: (query) => prettyFormatQueryPlan(compiled.planOf({ document: parse(query), operationName: undefined })),
    compiled: async (query, { variables, operationName } = {}) => {
      const document = parse(query)
      const outcome = await compiled.execute({ document, operationName, variables, context, key: query })
      return toClientResult({ ...outcome, ...(outcome.data !== undefined && { data: parseExact(outcome.data) }) })
    },
  }
}

function dataSourceOf(
  source: ((request: Omit<SubgraphRequest, 'subgraph'>) => Promise<SubgraphResult>) | undefined,
): GraphQLDataSource {
  return {
    process: async ({ request }) => {
      if (!source) throw new Error('no such subgraph')
      const variables = JSON.parse(JSON.stringify(request.variables ?? {}))
      return JSON.parse(JSON.stringify(await source({ query: request.query ?? '', variables }))) as never
    },
  }
}

async function runStock(gateway: ApolloGateway, document: DocumentNode, { variables, operationName }: RunOptions) {
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

function toClientResult(result: unknown): ClientResult {
  return parseExact(JSON.stringify(result)) as ClientResult
}
