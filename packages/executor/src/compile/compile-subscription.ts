import type { FetchNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner'
import { GraphQLError } from 'graphql'
import type { ExecutorContext } from '../executor-context.ts'
import type { OperationPlan } from '../plan/plan-operation.ts'
import type { Send, SubgraphAnswer } from '../run/execution.ts'
import { type CompiledOperation, compileOperation, type Outcome, type Surroundings } from './compile-operation.ts'
import type { Choices } from './conditions.ts'
import { type BodyOf, compileBody } from './request-body.ts'

type Variables = Readonly<Record<string, unknown>>

/** A subscription that is ready to run: where its events come from, and what each of them becomes. */
export interface CompiledSubscription<C extends ExecutorContext = ExecutorContext>
  extends Pick<CompiledOperation, 'operation' | 'coerceVariables' | 'check'> {
  /** The subgraph that the events come from. */
  subgraph: string
  /** The body of the request for them. */
  bodyOf: (variables: Variables) => string
  /** Whether other subgraphs are asked for each event. */
  reachesFurther: boolean
  /** The answer that an event of the subgraph becomes, with what the other subgraphs add to it. The context is this event's own. */
  complete: (event: SubgraphAnswer, variables: Variables, context: C) => Promise<Outcome>
}

/** A context that brings an event along. */
interface EventContext extends ExecutorContext {
  event: SubgraphAnswer
}

/** In the plan of one event the first fetch has been answered already: by the event. */
const answerWithEvent: Send = async (_body, context) => (context as EventContext).event

/** Compiles a subscription. Of its plan, the primary fetch opens the stream, and the whole of it runs for each event. */
export function compileSubscription<C extends ExecutorContext>(
  surroundings: Surroundings<C>,
  planned: OperationPlan,
): CompiledSubscription<C> {
  const { plan, planFor, variables: planVariables } = planned
  const { primary, rest } = subscriptionIn(plan)
  const sendTo: Surroundings<C>['sendTo'] = (name) =>
    name === eventsOf(primary) ? answerWithEvent : surroundings.sendTo(name)
  const { operation, coerceVariables, check, run, choose } = compileOperation(
    { ...surroundings, sendTo },
    { ...planned, plan: planOfEvent(plan), planFor: planFor && ((choices) => planOfEvent(planFor(choices))) },
  )
  const body = compileBody(primary)
  const bodyFor = (choices: Choices): BodyOf => (planFor ? compileBody(subscriptionIn(planFor(choices)).primary) : body)
  return {
    operation,
    coerceVariables,
    check,
    subgraph: primary.serviceName,
    bodyOf: (variables) => bodyFor(choose(variables))(planVariables.valuesOf(variables), null),
    reachesFurther: rest !== undefined,
    complete: (answer, variables, context) => run(variables, Object.assign(context, { event: answer })),
  }
}

function subscriptionIn({ node }: QueryPlan): SubscriptionNode {
  if (node?.kind !== 'Subscription') throw asksForNothing()
  return node
}

function eventsOf({ serviceName }: FetchNode): string {
  return `events of ${serviceName}`
}

function planOfEvent(plan: QueryPlan): QueryPlan {
  const { primary, rest } = subscriptionIn(plan)
  const event: FetchNode = { ...primary, serviceName: eventsOf(primary) }
  return { kind: 'QueryPlan', node: rest ? { kind: 'Sequence', nodes: [event, rest] } : event }
}

function asksForNothing(): GraphQLError {
  return new GraphQLError('This subscription asks for nothing that changes.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  })
}
