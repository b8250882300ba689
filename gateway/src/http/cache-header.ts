import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../request/context.ts'

/**
 * How long an answer may be kept: as long as the shortest of what it was made of, by anybody only when all of it is public and
 * nobody was signed in, and not at all when there are errors or something was changed.
 */
export function cacheControlOf({ cache, viewer }: GatewayContext, hasErrors: boolean): string {
  if (!cache?.maxAgeSeconds || hasErrors || cache.isFresh) return 'no-store'
  const scope = cache.isPublic && viewer.kind === 'anonymous' ? 'public' : 'private'
  return `max-age=${cache.maxAgeSeconds}, ${scope}`
}

/** Says how long an answer may be kept. */
export const cacheHeaderPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      const hasErrors = response.body.kind !== 'single' || Boolean(response.body.singleResult.errors)
      response.http.headers.set('cache-control', cacheControlOf(contextValue, hasErrors))
    },
  }),
}
