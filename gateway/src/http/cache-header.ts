import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../request/context.ts'

/**
 * The cache policy of a response: the shortest maximum age of its parts, public only when all parts are public and the caller is anonymous,
 * and none after errors or mutations.
 */
export function cacheControlOf({ cache, viewer }: GatewayContext, hasErrors: boolean): string {
  if (!cache?.maxAgeSeconds || hasErrors || cache.isFresh) return 'no-store'
  const scope = cache.isPublic && viewer.kind === 'anonymous' ? 'public' : 'private'
  return `max-age=${cache.maxAgeSeconds}, ${scope}`
}

/** Sets `cache-control` of a response. */
export const cacheHeaderPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      const hasErrors = response.body.kind !== 'single' || Boolean(response.body.singleResult.errors)
      response.http.headers.set('cache-control', cacheControlOf(contextValue, hasErrors))
    },
  }),
}
