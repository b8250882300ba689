import { type RequestKey, signRequest } from '@tikitu/kit/auth/request-signatures'
import type { GatewayContext } from '../request/context.ts'
import { forwardable } from './forwardable.ts'

type Headers = Readonly<Record<string, string>>

/** The headers of a POST, without those that describe its body. */
export type HeadersFor = (path: string, body: string, context: GatewayContext) => Headers

/**
 * Signs requests to a subgraph for their callers, with the first of its keys. `extra` creates the headers that are sent and signed
 * besides the claims. Without a key nothing is signed, and only the client's forwardable headers are sent.
 */
export function createRequestSigner(
  [key]: readonly RequestKey[],
  extra: (key: RequestKey) => (context: GatewayContext) => Headers = () => forwardable,
): HeadersFor {
  if (!key) return (_path, _body, context) => forwardable(context)
  const extraFor = extra(key)
  return (path, body, context) => {
    const headers = extraFor(context)
    return signRequest({ method: 'POST', path, body, headers }, context.viewer, { key, now: new Date() })
  }
}
