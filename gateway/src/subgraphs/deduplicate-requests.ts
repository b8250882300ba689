import type { Viewer } from '@tikitu/kit/auth/viewer'
import { createSharedWait, type SharedWait } from '@tikitu/kit/base/shared-wait'
import type { GatewayContext } from '../request/context.ts'
import type { RawResponse, SendRaw } from './read-response.ts'
import { isMutation } from './request-text.ts'

/**
 * One request for callers that ask the same thing at the same time as the same person: the key is the whole body and all that a
 * subgraph learns of who asks. It ends early when all of them have gone. Whoever asks after a mutation was answered never gets what was read before it.
 */
export function withDeduplication(sendRaw: SendRaw): SendRaw {
  const flights = new Map<string, { answer: Promise<RawResponse>; wait: SharedWait }>()
  const begin = (key: string, body: string, context: GatewayContext) => {
    const wait = createSharedWait()
    const answer = sendRaw(body, { ...context, signal: wait.signal }).finally(() => {
      if (flights.get(key) === flight) flights.delete(key)
    })
    const flight = { answer, wait }
    flights.set(key, flight)
    return flight
  }
  return async (body, context) => {
    if (isMutation(body)) return await sendRaw(body, context).finally(() => flights.clear())
    const key = `${callerKey(context)}\n${body}`
    const running = flights.get(key)
    const flight = running && !running.wait.signal.aborted ? running : begin(key, body, context)
    flight.wait.join(context.signal)
    return await flight.answer
  }
}

/** All that a subgraph is told of a caller, but for ids that are new with each request. */
function callerKey({ viewer, forwarded }: GatewayContext): string {
  return JSON.stringify([identityOf(viewer), forwarded['accept-language'] ?? null])
}

function identityOf(viewer: Viewer): unknown[] {
  if (viewer.kind === 'user') return [viewer.kind, viewer.userId, viewer.email, viewer.staff, ...viewer.groups]
  return viewer.kind === 'service' ? [viewer.kind, viewer.service] : [viewer.kind]
}
