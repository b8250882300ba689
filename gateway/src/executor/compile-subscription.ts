import type { FetchNode, QueryPlan } from '@apollo/query-planner'
import { GraphQLError } from 'graphql'
import type { GatewayContext } from '../context.ts'
import {
  type Asked,
  type CompiledOperation,
  compileOperation,
  type Outcome,
  type Surroundings,
} from './compile-operation.ts'
import { compileBody } from './request-body.ts'
import type { Send, SubgraphAnswer } from './run.ts'

type Variables = Readonly<Record<string, unknown>>

/** A subscription that is ready to run: where its events come from, and what each of them becomes. */
export interface CompiledSubscription extends Pick<CompiledOperation, 'operation' | 'check'> {
  /** The subgraph that the events come from. */
  subgraph: string
  /** The body of the request for them. */
  bodyOf: (variables: Variables) => string
  /** Whether other subgraphs are asked for each event. */
  reachesFurther: boolean
  /** The answer that an event of the subgraph becomes, with what the other subgraphs add to it. The context is this event's own. */
  complete: (event: SubgraphAnswer, variables: Variables, context: GatewayContext) => Promise<Outcome>
}

/** A context that brings an event along. */
interface EventContext extends GatewayContext {
  event: SubgraphAnswer
}

/** In the plan of one event the first fetch has been answered already: by the event. */
const answerWithEvent: Send = async (_body, context) => (context as EventContext).event

/** Compiles a subscription. Of its plan, the primary fetch opens the stream, and the whole of it runs for each event. */
export function compileSubscription(
  surroundings: Surroundings,
  asked: Asked,
  { node }: QueryPlan,
): CompiledSubscription {
  if (node?.kind !== 'Subscription') throw asksForNothing()
  const { primary, rest } = node
  const eventName = `events of ${primary.serviceName}`
  const sendTo: Surroundings['sendTo'] = (name) => (name === eventName ? answerWithEvent : surroundings.sendTo(name))
  const event: FetchNode = { ...primary, serviceName: eventName }
  const { operation, check, run } = compileOperation({ ...surroundings, sendTo }, asked, {
    kind: 'QueryPlan',
    node: rest ? { kind: 'Sequence', nodes: [event, rest] } : event,
  })
  const body = compileBody(primary)
  return {
    operation,
    check,
    subgraph: primary.serviceName,
    bodyOf: (variables) => body(variables, null),
    reachesFurther: rest !== undefined,
    complete: (answer, variables, context) => run(variables, Object.assign(context, { event: answer })),
  }
}

function asksForNothing(): GraphQLError {
  return new GraphQLError('This subscription asks for nothing that changes.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  })
}
