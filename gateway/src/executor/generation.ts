import { operationFromDocument, type Schema } from '@apollo/federation-internals'
import type { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { Needs } from './needs.ts'
import { planningWith } from './planner.ts'
import { splitFetches } from './split-fetches.ts'

/** One load of the supergraph, as the gateway holds it. */
export interface Generation {
  apiSchema: GraphQLSchema
  supergraphSchema: GraphQLSchema
  /** Response names that plans use for what they need themselves. A document to be planned has no other use for them. */
  reserved: ReadonlySet<string>
  /** The plan of an operation, by the gateway's planner. @throws GraphQLError when it cannot be planned */
  plan: (document: DocumentNode, operationName: string | undefined) => QueryPlan
}

/** What the gateway has loaded; it keeps these to itself, and nothing else of it is relied upon. */
interface Loaded {
  schema: GraphQLSchema
  apiSchema: Schema
  supergraphSchema: GraphQLSchema
  queryPlanner: QueryPlanner
  recursiveSelectionsLimitDisabled: boolean
  nonLocalSelectionsLimitDisabled: boolean
}

/** Each load is read once, whoever asks for it. */
const known = new WeakMap<QueryPlanner, Generation>()

/** The supergraph that the gateway uses now. Later loads do not change it. @throws when the gateway has loaded none */
export function currentGeneration(gateway: ApolloGateway, supergraphSdl: string): Generation {
  const { queryPlanner } = gateway as unknown as Loaded
  const generation = known.get(queryPlanner) ?? readGeneration(gateway, supergraphSdl)
  known.set(queryPlanner, generation)
  return generation
}

function readGeneration(gateway: ApolloGateway, supergraphSdl: string): Generation {
  const loaded = gateway as unknown as Loaded
  const { schema, apiSchema, supergraphSchema, queryPlanner } = loaded
  if (!schema || !apiSchema || !supergraphSchema || !queryPlanner) throw new Error('no supergraph is loaded')
  const options = {
    recursiveSelectionsLimitDisabled: loaded.recursiveSelectionsLimitDisabled,
    nonLocalSelectionsLimitDisabled: loaded.nonLocalSelectionsLimitDisabled,
  }
  const { planner, reserved, needs } = planningWith(queryPlanner, supergraphSdl)
  return {
    apiSchema: schema,
    supergraphSchema,
    reserved,
    plan: (document, operationName) => {
      const operation = operationFromDocument(apiSchema, document, { operationName })
      return withSplitFetches(planner.buildQueryPlan(operation, options), needs)
    },
  }
}

function withSplitFetches({ kind, node }: QueryPlan, needs: Needs): QueryPlan {
  if (!node) return { kind }
  if (node.kind !== 'Subscription') return { kind, node: splitFetches(node, needs) }
  return { kind, node: { ...node, ...(node.rest && { rest: splitFetches(node.rest, needs) }) } }
}
