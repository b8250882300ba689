/** A path of one service that the world reaches through the gateway, besides GraphQL. */
export interface ServicePath {
  service: string
  /** The path at the gateway and at the service. At its end `/*` stands for one more segment. */
  path: string
  methods: readonly ('GET' | 'POST')[]
  maxBodyBytes: number
  /** The headers that the service is told besides those of `toldHeaders`: a provider's signature, for example. */
  headers?: readonly string[]
}

/** Headers of the client that every such path is told. Nothing that says who asks is among them. */
export const forwardedHeaders = ['accept', 'accept-language', 'content-type', 'traceparent', 'user-agent'] as const

/** What services answer to others than the gateway. Each checks its callers itself; all else of a service stays unreachable. */
export const servicePaths: readonly ServicePath[] = [
  // The keys that ticket codes and quotes are signed with.
  { service: 'booking', path: '/.well-known/jwks.json', methods: ['GET'], maxBodyBytes: 0 },
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
