import { hash } from 'node:crypto'
import { operationFromDocument, type Schema } from '@apollo/federation-internals'
import type { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner'
import { type DocumentNode, getOperationAST } from 'graphql'

/** The private fields of `ApolloGateway` that this module reads. */
interface GatewayInternals {
  apiSchema: Schema
  queryPlanner: QueryPlanner
  queryPlanStore: { set: (key: string, plan: QueryPlan) => Promise<void> }
}

/** Plans a document's only operation into the gateway's plan cache, with and without `operationName`. @throws GraphQLError when it cannot be planned */
export async function warmPlan(
  gateway: ApolloGateway,
  { document, queryHash }: { document: DocumentNode; queryHash: string },
): Promise<{ data: null }> {
  const { apiSchema, queryPlanner, queryPlanStore } = gateway as unknown as GatewayInternals
  const plan = queryPlanner.buildQueryPlan(operationFromDocument(apiSchema, document))
  const name = getOperationAST(document)?.name?.value
  await queryPlanStore.set(queryHash, plan)
  if (name) await queryPlanStore.set(hash('sha256', queryHash + name), plan)
  return { data: null }
}
