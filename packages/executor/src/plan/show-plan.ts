import type { ApolloGateway } from '@apollo/gateway'
import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner'

type Request = Parameters<ApolloGateway['executor']>[0]
type Result = Awaited<ReturnType<ApolloGateway['executor']>>

/** Whether a request wants to see its plan, as explorers do. */
export function asksForPlan({ request }: Request): boolean {
  return request.http?.headers.get('apollo-query-plan-experimental') != null
}

/** The answer with its plan beside it, in the form that Apollo's explorers read: as text, or as the planner made it. */
export function withPlan({ request }: Request, answer: Result, plan: QueryPlan): Result {
  const format = request.http?.headers.get('apollo-query-plan-experimental-format') ?? 'prettified'
  const text = plan.node ? prettyFormatQueryPlan(plan) : true
  const shown = format === 'internal' ? plan : format === 'prettified' ? text : true
  return { ...answer, extensions: { ...answer.extensions, __queryPlanExperimental: shown } } as Result
}
