import type { RequestKey } from '@tikitu/kit/auth/request-signatures'
import { headersWithClientKey } from './client-key.ts'
import { createDeadlines } from './deadlines.ts'
import { createHttpTransport } from './http-transport.ts'
import { createHttp1Client } from './http1/http1-client.ts'
import { requireGraphQL, type SendRaw } from './read-response.ts'
import { isMutation } from './request-text.ts'
import { createRequestSigner } from './sign-requests.ts'
import type { TransportOptions } from './transport.ts'

export interface SubgraphClientOptions extends TransportOptions {
  name: string
  keys: readonly RequestKey[]
  /** For the whole answer. */
  timeoutMs: number
}

/** The subgraph took longer than it may. */
class UpstreamTimeout extends Error {
  override readonly name = 'TimeoutError'
}

/** The client went away: nobody waits for this answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** Sends bodies to one subgraph, each signed for its caller where there is a key, over connections that stay open. */
export function createSubgraphClient(options: SubgraphClientOptions): { sendRaw: SendRaw; close: () => Promise<void> } {
  const url = new URL(options.url)
  const transport = url.protocol === 'https:' ? createHttpTransport(options) : createHttp1Client(options)
  const deadlines = createDeadlines(options.timeoutMs)
  const path = `${url.pathname}${url.search}`
  const headersFor = createRequestSigner(options.keys, headersWithClientKey)
  const sendRaw: SendRaw = (body, context) =>
    new Promise((resolve, reject) => {
      // What changes something goes on: nobody could know how far it came.
      const signal = isMutation(body) ? undefined : context.signal
      if (signal?.aborted) return reject(new ClientGone())
      const end = transport.send(headersFor(path, body, context), body, {
        resolve: (answer) => {
          settle()
          resolve(answer)
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      })
      const deadline = deadlines((ms) => end(new UpstreamTimeout(`no answer within ${ms} ms`)))
      const giveUp = (): void => end(new ClientGone())
      const settle = (): void => {
        deadline.clear()
        signal?.removeEventListener('abort', giveUp)
      }
      signal?.addEventListener('abort', giveUp)
    })
  return {
    sendRaw: (body, context) => sendRaw(body, context).then(requireGraphQL),
    close: async () => await transport.close(),
  }
}
