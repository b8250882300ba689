import type { ApolloGateway } from '@apollo/gateway'
import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner'

type Request = Parameters<ApolloGateway['executor']>[0]
type Result = Awaited<ReturnType<ApolloGateway['executor']>>

/** Whether a request asks for its query plan, as Apollo's explorers do. */
export function isPlanRequested({ request }: Request): boolean {
  return request.http?.headers.get('apollo-query-plan-experimental') != null
}

/** Adds the query plan to the extensions of a response, in the format that Apollo's explorers request. */
export function withPlan({ request }: Request, response: Result, plan: QueryPlan): Result {
  const format = request.http?.headers.get('apollo-query-plan-experimental-format') ?? 'prettified'
  const text = plan.node ? prettyFormatQueryPlan(plan) : true
  const shown = format === 'internal' ? plan : format === 'prettified' ? text : true
  return { ...response, extensions: { ...response.extensions, __queryPlanExperimental: shown } } as Result
}
