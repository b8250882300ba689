import type { RequestKey } from '@tikitu/kit/auth/request-signatures'
import { headersWithClientKey } from './client-key.ts'
import { createDeadlines } from './deadlines.ts'
import { createSecureWire } from './http-transport.ts'
import { createWire } from './http1/http1-client.ts'
import { type Post, requireGraphQL } from './read-response.ts'
import { isMutation } from './request-text.ts'
import { signingWith } from './sign-requests.ts'
import type { WireOptions } from './transport.ts'

export interface PostOptions extends WireOptions {
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
export function createPost(options: PostOptions): { post: Post; close: () => Promise<void> } {
  const url = new URL(options.url)
  const wire = url.protocol === 'https:' ? createSecureWire(options) : createWire(options)
  const deadlines = createDeadlines(options.timeoutMs)
  const path = `${url.pathname}${url.search}`
  const headersFor = signingWith(options.keys, headersWithClientKey)
  const post: Post = (body, context) =>
    new Promise((resolve, reject) => {
      // What changes something goes on: nobody could know how far it came.
      const signal = isMutation(body) ? undefined : context.signal
      if (signal?.aborted) return reject(new ClientGone())
      const end = wire.send(headersFor(path, body, context), body, {
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
  return { post: (body, context) => post(body, context).then(requireGraphQL), close: async () => await wire.close() }
}
