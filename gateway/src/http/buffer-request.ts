import type { ReadRequestBody } from './body-reader.ts'
import { sendErrors } from './error-response.ts'
import type { GatewayRoute, HttpExchange } from './router.ts'
import type { ConcurrencyLimiter } from './shed-load.ts'

/** A request whose body has been read. */
export interface BufferedRequest extends HttpExchange {
  /** Empty when there is no body. */
  body: Buffer
}

/** Handles requests whose body has been read. */
export interface BufferedRoute extends Omit<GatewayRoute, 'answer'> {
  answer: (incoming: BufferedRequest) => Promise<void>
}

export interface BufferOptions {
  limiter: ConcurrencyLimiter
  readBody: ReadRequestBody
  addressOf: (request: HttpExchange['request']) => string
}

const none = Buffer.alloc(0)
const methodsWithoutBody: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Creates a route that reads each body before it takes a slot of the concurrency limit. */
export function bufferRequests(route: BufferedRoute, { limiter, readBody, addressOf }: BufferOptions): GatewayRoute {
  const answer: GatewayRoute['answer'] = async (incoming) => {
    const { request, response } = incoming
    const address = addressOf(request)
    const body = methodsWithoutBody.has(request.method) ? none : await readBody(request, address)
    const entered = limiter.acquire(address)
    if (typeof entered !== 'function') {
      response.setHeader('retry-after', '1')
      return sendErrors(response, entered.status, entered.error)
    }
    try {
      await route.answer({ ...incoming, body })
    } finally {
      entered()
    }
  }
  return { ...route, answer }
}
