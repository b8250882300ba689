import type { IncomingMessage } from 'node:http'
import type { AllowsOrigin } from '../http/origins.ts'

/** Whether a request comes from an allowed page or from no page. The Origin header is the only protection against streams that foreign pages open. */
export function isAllowedOrigin({ headers }: Pick<IncomingMessage, 'headers'>, allows: AllowsOrigin): boolean {
  const { origin, host } = headers
  return origin === undefined || allows(origin) || URL.parse(origin)?.host === host
}
