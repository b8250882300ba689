import { operationFromDocument, type Schema } from '@apollo/federation-internals'
import type { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode, GraphQLSchema } from 'graphql'

/** One load of the supergraph, as the gateway holds it. */
export interface Generation {
  apiSchema: GraphQLSchema
  supergraphSchema: GraphQLSchema
  /** The gateway's own plan of an operation. @throws GraphQLError when it cannot be planned */
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

/** The supergraph that the gateway uses now. Later loads do not change it. @throws when the gateway has loaded none */
export function currentGeneration(gateway: ApolloGateway): Generation {
  const loaded = gateway as unknown as Loaded
  const { schema, apiSchema, supergraphSchema, queryPlanner } = loaded
  if (!schema || !apiSchema || !supergraphSchema || !queryPlanner) throw new Error('no supergraph is loaded')
  const options = {
    recursiveSelectionsLimitDisabled: loaded.recursiveSelectionsLimitDisabled,
    nonLocalSelectionsLimitDisabled: loaded.nonLocalSelectionsLimitDisabled,
  }
  return {
    apiSchema: schema,
    supergraphSchema,
    plan: (document, operationName) =>
      queryPlanner.buildQueryPlan(operationFromDocument(apiSchema, document, { operationName }), options),
  }
}
