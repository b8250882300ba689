/** A path of a service that is public besides GraphQL. */
export interface ServicePath {
  service: string
  /** The path at both the gateway and the service. A final `/*` matches one segment. */
  path: string
  methods: readonly ('GET' | 'POST')[]
  maxBodyBytes: number
  /** Request headers to forward besides `forwardedHeaders`, such as a provider's signature. */
  headers?: readonly string[]
  /** The points charged for a request; by default 20. */
  cost?: number
}

/** Request headers to forward for all such paths. None of them identifies the caller. */
export const forwardedHeaders = ['accept', 'accept-language', 'content-type', 'traceparent', 'user-agent'] as const

/** The public paths of services. Each handler authenticates its callers itself; all other paths are unreachable. */
export const servicePaths: readonly ServicePath[] = [
  // The public keys of ticket codes and quotes.
  { service: 'booking', path: '/.well-known/jwks.json', methods: ['GET'], maxBodyBytes: 0 },
  // Tickets and calendar files, by URLs that the graph hands out. Some are rendered for the request.
  { service: 'booking', path: '/files/booking/*', methods: ['GET'], maxBodyBytes: 0, headers: ['range'], cost: 200 },
  // The calendars of performances, to subscribe to.
  { service: 'booking', path: '/calendars/*', methods: ['GET'], maxBodyBytes: 0 },
  // Documents of partners, downloaded and uploaded.
  {
    service: 'partner',
    path: '/files/partner/*',
    methods: ['GET', 'POST'],
    maxBodyBytes: 10_000_000,
    headers: ['range'],
  },
  {
    service: 'payment',
    path: '/webhooks/sandbox',
    methods: ['POST'],
    maxBodyBytes: 256_000,
    headers: ['sandbox-signature'],
  },
  { service: 'payment', path: '/sandbox/3ds/*', methods: ['GET', 'POST'], maxBodyBytes: 4_096 },
  { service: 'notification', path: '/webhooks/sns', methods: ['POST'], maxBodyBytes: 262_144 },
  { service: 'notification', path: '/unsubscribe/*', methods: ['GET', 'POST'], maxBodyBytes: 1_024 },
]
