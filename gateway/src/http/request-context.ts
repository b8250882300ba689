import type { ServerResponse } from 'node:http'
import { HeaderMap } from '@apollo/server'
import { DomainError } from '@tikitu/kit/base/errors'
import { GraphQLError } from 'graphql'
import type { Authenticate } from '../auth/authenticate.ts'
import { clientAddress } from '../rates/client-address.ts'
import type { Rates } from '../rates/rates.ts'
import { newCachePolicy } from '../request/cache-policy.ts'
import type { GatewayContext } from '../request/context.ts'
import { createGoneSignal, type GoneSignal } from './gone-signal.ts'
import { clientRequestIdOf, type HttpExchange } from './router.ts'

/** The client headers that subgraphs receive. */
const forwardedNames = ['traceparent', 'accept-language'] as const
const statuses: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, USER_SUSPENDED: 403, UNAVAILABLE: 503 }

interface ContextDependencies {
  authenticate: Authenticate
  rates: Rates | null
  /** The number of trusted proxies in front of the gateway. */
  proxies: number
}

/**
 * Creates the context: the caller, and the headers for subgraphs. @throws GraphQLError 401 for an invalid token, 403 for a suspended
 * account, 503 when tokens cannot be verified, 429 for too many requests
 */
export async function createRequestContext(
  { authenticate, rates, proxies }: ContextDependencies,
  { request, response, requestId }: Pick<HttpExchange, 'request' | 'requestId'> & { response?: ServerResponse },
): Promise<GatewayContext> {
  const address = clientAddress(request, proxies)
  await rates?.chargeRequest(address)
  const forwarded: Record<string, string> = { 'x-request-id': requestId }
  const clientRequestId = clientRequestIdOf(request)
  if (clientRequestId) forwarded['x-client-request-id'] = clientRequestId
  for (const name of forwardedNames) {
    const value = request.headers[name]
    if (typeof value === 'string') forwarded[name] = value.slice(0, 256)
  }
  try {
    const viewer = await authenticate(request.headers.authorization)
    await rates?.chargeUser(viewer)
    const signal = response && goneSignal(response)
    return { viewer, requestId, address, forwarded, cache: newCachePolicy(), ...(signal && { signal }) }
  } catch (error) {
    throw error instanceof DomainError ? asGraphQLError(error) : error
  }
}

/** Aborted when the connection closes before the response is complete. */
function goneSignal(response: ServerResponse): GoneSignal {
  const { signal, abort } = createGoneSignal()
  response.once('close', () => {
    if (!response.writableFinished) abort()
  })
  return signal
}

/** Converts a rejection of the caller to a GraphQLError with its HTTP status. */
export function asGraphQLError({ code, message }: DomainError): GraphQLError {
  const headers = new HeaderMap(
    code === 'UNAUTHENTICATED' ? [['www-authenticate', 'Bearer error="invalid_token"']] : [],
  )
  return new GraphQLError(message, { extensions: { code, http: { status: statuses[code] ?? 500, headers } } })
}
