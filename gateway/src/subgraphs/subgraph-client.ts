import type { RequestKey } from '@tikitu/kit/auth/request-signatures'
import { headersWithClientKey } from './client-key.ts'
import { createDeadlines } from './deadlines.ts'
import { createHttpTransport, type TransportOptions } from './http-transport.ts'
import { requireGraphQL, type SendRaw } from './read-response.ts'
import { isMutation } from './request-text.ts'
import { createRequestSigner } from './sign-requests.ts'

export interface SubgraphClientOptions extends TransportOptions {
  name: string
  keys: readonly RequestKey[]
  /** How long the whole response may take. */
  timeoutMs: number
}

/** The subgraph took too long. */
class UpstreamTimeout extends Error {
  override readonly name = 'TimeoutError'
}

/** The client has gone, so nobody waits for the response. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** Sends bodies to one subgraph, each signed for its caller where there is a key, over connections that stay open. */
export function createSubgraphClient(options: SubgraphClientOptions): { sendRaw: SendRaw; close: () => Promise<void> } {
  const transport = createHttpTransport(options)
  const deadlines = createDeadlines(options.timeoutMs)
  const { pathname, search } = new URL(options.url)
  const path = `${pathname}${search}`
  const headersFor = createRequestSigner(options.keys, headersWithClientKey)
  const sendRaw: SendRaw = (body, context) =>
    new Promise((resolve, reject) => {
      // A mutation goes on without its client: aborted, it may or may not have taken effect.
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
      const abort = (): void => end(new ClientGone())
      const settle = (): void => {
        deadline.clear()
        signal?.removeEventListener('abort', abort)
      }
      signal?.addEventListener('abort', abort)
    })
  return {
    sendRaw: (body, context) => sendRaw(body, context).then(requireGraphQL),
    close: transport.close,
  }
}
