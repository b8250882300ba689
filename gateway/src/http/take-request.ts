import type { ReadRequestBody } from './body-reader.ts'
import { sendErrors } from './error-response.ts'
import type { FrontRoute, Incoming } from './router.ts'
import type { LoadGate } from './shed-load.ts'

/** A request that is whole. */
export interface WholeRequest extends Incoming {
  /** Empty where there is none. */
  body: Buffer
}

/** Answers requests that are whole. */
export interface WholeRoute extends Omit<FrontRoute, 'answer'> {
  answer: (incoming: WholeRequest) => Promise<void>
}

export interface TakeOptions {
  gate: LoadGate
  readBody: ReadRequestBody
  addressOf: (request: Incoming['request']) => string
}

const none = Buffer.alloc(0)

/** The route for requests as they come: each is read whole before it takes a place among those that run. */
export function takingRequests(route: WholeRoute, { gate, readBody, addressOf }: TakeOptions): FrontRoute {
  const answer: FrontRoute['answer'] = async (incoming) => {
    const { request, response } = incoming
    const address = addressOf(request)
    const body = request.method === 'POST' ? await readBody(request, address) : none
    const entered = gate.enter(address)
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
