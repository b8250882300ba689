import type { FormattedExecutionResult } from 'graphql'
import type { Viewer } from '../../auth/viewer.ts'
import type { BaseCtx } from '../../context/context.ts'
import type { Subgraph } from '../../service/create-subgraph.ts'
import type { LiveEvents } from '../../subscriptions/change-stream.ts'
import { admittedAs } from './subgraph.ts'

/** Begins a subscription on the subgraph as that viewer, through everything but HTTP. @throws when it is refused */
export async function subscribeAs<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
  operation: { query: string; variables?: Record<string, unknown> },
): Promise<LiveEvents<string>> {
  const caller = await admittedAs(subgraph, viewer)
  if ('refusal' in caller) throw new Error(JSON.stringify(caller.refusal.errors))
  const begun = await subgraph.live.begin(caller, operation)
  if (begun.kind === 'refused') throw new Error(JSON.stringify(begun.answer.errors))
  return begun.events
}

/** The first answer of a subscription: its first event, or why it was refused. */
export async function firstEventAs<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
  operation: { query: string; variables?: Record<string, unknown> },
): Promise<FormattedExecutionResult> {
  const caller = await admittedAs(subgraph, viewer)
  if ('refusal' in caller) return caller.refusal
  const begun = await subgraph.live.begin(caller, operation)
  if (begun.kind === 'refused') return begun.answer
  const { value } = await begun.events.next()
  await begun.events.return()
  return JSON.parse(value) as FormattedExecutionResult
}

/** What the next event says, as a client would parse it. @throws when there is none */
export async function nextOf(events: LiveEvents<string>): Promise<FormattedExecutionResult> {
  const { done, value } = await events.next()
  if (done) throw new Error('the subscription has ended')
  return JSON.parse(value) as FormattedExecutionResult
}
