import type { FormattedExecutionResult } from 'graphql'
import type { Viewer } from '../../auth/viewer.ts'
import type { BaseCtx } from '../../context/context.ts'
import type { Subgraph } from '../../service/create-subgraph.ts'
import type { EventStream } from '../../subscriptions/change-stream.ts'
import { admittedAs } from './subgraph.ts'

/** Begins a subscription on the subgraph as that viewer, through everything but HTTP. @throws when it is refused */
export async function subscribeAs<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
  operation: { query: string; variables?: Record<string, unknown> },
): Promise<EventStream<string>> {
  const caller = await admittedAs(subgraph, viewer)
  if ('refusal' in caller) throw new Error(JSON.stringify(caller.refusal.errors))
  const started = await subgraph.live.start(caller, operation)
  if (started.kind === 'rejected') throw new Error(JSON.stringify(started.answer.errors))
  return started.events
}

/** The first answer of a subscription: its first event, or why it was refused. */
export async function firstEventAs<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
  operation: { query: string; variables?: Record<string, unknown> },
): Promise<FormattedExecutionResult> {
  const caller = await admittedAs(subgraph, viewer)
  if ('refusal' in caller) return caller.refusal
  const started = await subgraph.live.start(caller, operation)
  if (started.kind === 'rejected') return started.answer
  const { value } = await started.events.next()
  await started.events.return()
  return JSON.parse(value) as FormattedExecutionResult
}

/** What the next event says, as a client would parse it. @throws when there is none */
export async function nextOf(events: EventStream<string>): Promise<FormattedExecutionResult> {
  const { done, value } = await events.next()
  if (done) throw new Error('the subscription has ended')
  return JSON.parse(value) as FormattedExecutionResult
}
