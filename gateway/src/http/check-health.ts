import type { RequestKey } from '@tikitu/kit/auth/request-signatures'
import { anonymous } from '@tikitu/kit/auth/viewer'
import type { GatewayContext } from '../request/context.ts'
import { createRequestSigner } from '../subgraphs/sign-requests.ts'

/** A service with a health check. */
export interface ServiceAddress {
  url: string
  keys: readonly RequestKey[]
}

/** Whether a service is healthy. @throws when it does not answer */
export type CheckHealth = (service: ServiceAddress) => Promise<boolean>

const timeoutMs = 2_000

/** Requests the health page of our services. */
export const checkHealthPage: CheckHealth = async ({ url }) => {
  const response = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
  await response.body?.cancel()
  return response.ok
}

const typename = '{"query":"query Health { __typename }"}'
const nobody: GatewayContext = { viewer: anonymous, requestId: 'health', address: '', forwarded: {} }

/** Sends a query that every GraphQL server supports. */
export const checkTypename: CheckHealth = async ({ url, keys }) => {
  const { pathname, search } = new URL(url)
  const headers = createRequestSigner(keys)(`${pathname}${search}`, typename, nobody)
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
    body: typename,
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  })
  if (!response.ok) return false
  const { data } = (await response.json()) as { data?: { __typename?: unknown } | null }
  return typeof data?.__typename === 'string'
}
