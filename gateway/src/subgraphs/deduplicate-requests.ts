import type { Viewer } from '@tikitu/kit/auth/viewer'
import { createSharedWait, type SharedWait } from '@tikitu/kit/base/shared-wait'
import type { GatewayContext } from '../request/context.ts'
import type { RawResponse, SendRaw } from './read-response.ts'
import { isMutation } from './request-text.ts'

/**
 * Sends equal queries of one person at one time as one request. The key is the whole body and everything that a subgraph receives about the
 * caller. The request is aborted when all callers have gone. A query sent after a mutation was answered never shares one sent before.
 */
export function withDeduplication(sendRaw: SendRaw): SendRaw {
  const inFlight = new Map<string, { response: Promise<RawResponse>; wait: SharedWait }>()
  const begin = (key: string, body: string, context: GatewayContext) => {
    const wait = createSharedWait()
    const response = sendRaw(body, { ...context, signal: wait.signal }).finally(() => {
      if (inFlight.get(key) === request) inFlight.delete(key)
    })
    const request = { response, wait }
    inFlight.set(key, request)
    return request
  }
  return async (body, context) => {
    if (isMutation(body)) return await sendRaw(body, context).finally(() => inFlight.clear())
    const key = `${callerKey(context)}\n${body}`
    const running = inFlight.get(key)
    const request = running && !running.wait.signal.aborted ? running : begin(key, body, context)
    request.wait.join(context.signal)
    return await request.response
  }
}

/** Everything that a subgraph receives about a caller, except ids that differ with each request. */
function callerKey({ viewer, forwarded }: GatewayContext): string {
  return JSON.stringify([identityOf(viewer), forwarded['accept-language'] ?? null])
}

function identityOf(viewer: Viewer): unknown[] {
  if (viewer.kind === 'user') return [viewer.kind, viewer.userId, viewer.email, viewer.staff, ...viewer.groups]
  return viewer.kind === 'service' ? [viewer.kind, viewer.service] : [viewer.kind]
}
