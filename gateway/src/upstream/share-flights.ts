import type { Viewer } from '@tikitu/kit/viewer'
import type { GatewayContext } from '../context.ts'
import type { Post, RawAnswer } from './answer.ts'
import { isMutation } from './request-text.ts'

/**
 * One request for callers that ask the same thing at the same time as the same person: the key is the whole body and all that a
 * subgraph learns of who asks. Whoever asks after a mutation was answered never gets what was read before it.
 */
export function sharingFlights(post: Post): Post {
  const flights = new Map<string, Promise<RawAnswer>>()
  return async (body, context) => {
    if (isMutation(body)) return await post(body, context).finally(() => flights.clear())
    const key = `${callerKey(context)}\n${body}`
    const running = flights.get(key)
    if (running) return await running
    const flight = post(body, context).finally(() => {
      if (flights.get(key) === flight) flights.delete(key)
    })
    flights.set(key, flight)
    return await flight
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
