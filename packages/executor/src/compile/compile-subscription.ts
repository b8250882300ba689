import type { FetchNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner'
import { GraphQLError } from 'graphql'
import type { ExecutorContext } from '../executor-context.ts'
import type { OperationPlan } from '../plan/plan-operation.ts'
import type { Send, SubgraphResult } from '../run/execution.ts'
import {
  type CompileContext,
  type CompiledOperation,
  compileOperation,
  type SerializedResult,
} from './compile-operation.ts'
import type { ConditionValues } from './conditions.ts'
import { compileBody, type WriteBody } from './request-body.ts'

type Variables = Readonly<Record<string, unknown>>

/** A compiled subscription: the source of its events, and their completion. */
export interface CompiledSubscription<C extends ExecutorContext = ExecutorContext>
  extends Pick<CompiledOperation, 'operation' | 'coerceVariables' | 'validateVariables'> {
  /** The subgraph that sends the events. */
  subgraph: string
  /** The body of the request for events. */
  bodyOf: (variables: Variables) => string
  /** Whether each event causes fetches from other subgraphs. */
  hasEntityFetches: boolean
  /** Completes an event with the data of other subgraphs. The context belongs to this event alone. */
  complete: (event: SubgraphResult, variables: Variables, context: C) => Promise<SerializedResult>
}

/** The context of one event. */
interface EventContext extends ExecutorContext {
  event: SubgraphResult
}

/** Sends nothing: the event is the response of the first fetch. */
const respondWithEvent: Send = async (_body, context) => (context as EventContext).event

/** Compiles a subscription. The primary fetch of its plan opens the stream; the whole plan runs for each event. */
export function compileSubscription<C extends ExecutorContext>(
  compileContext: CompileContext<C>,
  operationPlan: OperationPlan,
): CompiledSubscription<C> {
  const { plan, planFor, variables: planVariables } = operationPlan
  const { primary, rest } = subscriptionNodeOf(plan)
  const sendTo: CompileContext<C>['sendTo'] = (name) =>
    name === eventSourceOf(primary) ? respondWithEvent : compileContext.sendTo(name)
  const { operation, coerceVariables, validateVariables, run, readConditions } = compileOperation(
    { ...compileContext, sendTo },
    { ...operationPlan, plan: eventPlan(plan), planFor: planFor && ((conditions) => eventPlan(planFor(conditions))) },
  )
  const body = compileBody(primary)
  const bodyFor = (conditions: ConditionValues): WriteBody =>
    planFor ? compileBody(subscriptionNodeOf(planFor(conditions)).primary) : body
  return {
    operation,
    coerceVariables,
    validateVariables,
    subgraph: primary.serviceName,
    bodyOf: (variables) => bodyFor(readConditions(variables))(planVariables.valuesOf(variables), null),
    hasEntityFetches: rest !== undefined,
    complete: (event, variables, context) => run(variables, Object.assign(context, { event })),
  }
}

function subscriptionNodeOf({ node }: QueryPlan): SubscriptionNode {
  if (node?.kind !== 'Subscription') throw emptySubscriptionError()
  return node
}

function eventSourceOf({ serviceName }: FetchNode): string {
  return `events of ${serviceName}`
}

function eventPlan(plan: QueryPlan): QueryPlan {
  const { primary, rest } = subscriptionNodeOf(plan)
  const event: FetchNode = { ...primary, serviceName: eventSourceOf(primary) }
  return { kind: 'QueryPlan', node: rest ? { kind: 'Sequence', nodes: [event, rest] } : event }
}

function emptySubscriptionError(): GraphQLError {
  return new GraphQLError('The subscription selects no field with events.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  })
}
