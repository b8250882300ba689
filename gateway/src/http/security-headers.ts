import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

/** The headers of every response. API responses load nothing; HTML pages replace the policy with their own. */
export const securityHeaders: readonly (readonly [string, string])[] = capture(
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
  }),
)

/** Helmet's headers do not depend on the request, so they are computed once. */
function capture(middleware: ReturnType<typeof helmet>): [string, string][] {
  const headers: [string, string][] = []
  const response = {
    setHeader: (name: string, value: string) => headers.push([name.toLowerCase(), value]),
    removeHeader: () => undefined,
  }
  middleware({} as IncomingMessage, response as unknown as ServerResponse, () => undefined)
  return headers
}
