import type { IncomingMessage } from 'node:http'

/** Whether the page that asks is one of ours, or no page asks: browsers say which, and nothing else keeps pages from opening streams. */
export function isAllowedOrigin({ headers }: Pick<IncomingMessage, 'headers'>, origins: ReadonlySet<string>): boolean {
  const { origin, host } = headers
  return origin === undefined || origins.has(origin) || URL.parse(origin)?.host === host
}
