import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

/** Headers that every answer carries. An API has nothing to run in a page; pages of ours replace the policy with their own. */
export const securityHeaders: readonly (readonly [string, string])[] = capture(
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
  }),
)

/** What helmet sets does not depend on the request, so it is asked once. */
function capture(middleware: ReturnType<typeof helmet>): [string, string][] {
  const headers: [string, string][] = []
  const response = {
    setHeader: (name: string, value: string) => headers.push([name.toLowerCase(), value]),
    removeHeader: () => undefined,
  }
  middleware({} as IncomingMessage, response as unknown as ServerResponse, () => undefined)
  return headers
}
