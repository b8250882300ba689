import type { IncomingMessage } from 'node:http'
import type { AllowsOrigin } from '../http/origins.ts'

/** Whether the page that asks is one of ours, or no page asks: browsers say which, and nothing else keeps pages from opening streams. */
export function isAllowedOrigin({ headers }: Pick<IncomingMessage, 'headers'>, allows: AllowsOrigin): boolean {
  const { origin, host } = headers
  return origin === undefined || allows(origin) || URL.parse(origin)?.host === host
}
