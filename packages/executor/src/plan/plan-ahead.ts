import { hash } from 'node:crypto'
import { operationFromDocument, type Schema } from '@apollo/federation-internals'
import type { ApolloGateway } from '@apollo/gateway'
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner'
import { type DocumentNode, getOperationAST } from 'graphql'

/** What the gateway keeps to itself: its planner, and where it looks for plans before it makes one. */
interface Loaded {
  apiSchema: Schema
  queryPlanner: QueryPlanner
  queryPlanStore: { set: (key: string, plan: QueryPlan) => Promise<void> }
}

/** Plans the one operation of a document and keeps the plan where the gateway finds it, with or without `operationName`. @throws GraphQLError when it cannot be planned */
export async function planAhead(
  gateway: ApolloGateway,
  { document, queryHash }: { document: DocumentNode; queryHash: string },
): Promise<{ data: null }> {
  const { apiSchema, queryPlanner, queryPlanStore } = gateway as unknown as Loaded
  const plan = queryPlanner.buildQueryPlan(operationFromDocument(apiSchema, document))
  const name = getOperationAST(document)?.name?.value
  await queryPlanStore.set(queryHash, plan)
  if (name) await queryPlanStore.set(hash('sha256', queryHash + name), plan)
  return { data: null }
}
