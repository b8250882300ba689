import type { GraphQLDataSource } from '@apollo/gateway'
import { createLruCache } from '@tikitu/federation-executor/lib/lru-cache'
import type { SubgraphResult } from '@tikitu/federation-executor/run/execution'
import { buildSchema, type DocumentNode, execute, GraphQLError, type GraphQLSchema, parse } from 'graphql'
import type { GatewayContext, Send } from '../request/context.ts'
import type { NodeType } from '../supergraph/read-nodes.ts'
import { createFindNode, type FindNode, type NodeReference } from './find-nodes.ts'

export interface NodeSourceOptions {
  /** The types of the current supergraph. */
  types: () => readonly NodeType[]
  sendTo: (subgraph: string) => Send
}

/** The name of the subgraph that the gateway resolves itself: `node` and `nodes`. */
export interface NodeSource extends GraphQLDataSource {
  send: Send
}

/** The maximum number of ids, as `@constraint` in the schema says. */
const maxIds = 100

/**
 * Resolves `node` and `nodes` in the gateway, so that they do not depend on a single service. The owning service decides for each request
 * whether the caller may see an object; other fields are fetched like those of any entity.
 */
export function createNodeSource({ types, sendTo }: NodeSourceOptions): NodeSource {
  const documents = createLruCache<DocumentNode>({ maxCount: 1_000, maxKeyChars: 1_000_000 })
  const send: Send = async (body, context) => {
    const { query, variables, operationName } = JSON.parse(body) as Operation
    const document = documents.get(query) ?? parse(query, { noLocation: true })
    documents.set(query, document)
    const known = types()
    const contextValue = createFindNode({ types: known, sendTo }, context)
    const schema = schemaOf(known)
    const result = await execute({ schema, document, variableValues: variables, operationName, contextValue })
    return JSON.parse(JSON.stringify(result)) as SubgraphResult
  }
  return {
    send,
    process: async ({ request, ...rest }) => {
      const { query, variables, operationName } = request
      return (await send(JSON.stringify({ query, variables, operationName }), rest.context as GatewayContext)) as never
    },
  }
}

interface Operation {
  query: string
  variables?: Record<string, unknown>
  operationName?: string
}

const schemas = new WeakMap<readonly NodeType[], GraphQLSchema>()

function schemaOf(types: readonly NodeType[]): GraphQLSchema {
  const known = schemas.get(types)
  if (known) return known
  const nodes = types.map(({ name }) => `type ${name} implements Node { id: ID! }`)
  const schema = buildSchema(
    `type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! } interface Node { id: ID! } ${nodes.join(' ')}`,
  )
  const { node, nodes: many } = schema.getQueryType()?.getFields() ?? {}
  if (node) node.resolve = (_parent, { id }: { id: string }, find: FindNode) => find(id)
  if (many) many.resolve = (_parent, { ids }: { ids: string[] }, find: FindNode) => findAll(find, ids)
  schemas.set(types, schema)
  return schema
}

function findAll(find: FindNode, ids: readonly string[]): Promise<NodeReference | null>[] {
  if (ids.length > maxIds)
    throw new GraphQLError(`ids: at most ${maxIds} items`, { extensions: { code: 'BAD_USER_INPUT' } })
  return ids.map((id) => find(id))
}
