import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../context.ts'

/**
 * Says how long an answer may be kept: as long as the shortest of what it was made of, by anybody only when all of it is public and
 * nobody was signed in, and not at all when there are errors or something was changed.
 */
export const cacheHeaderPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      const { cache, viewer } = contextValue
      const hasErrors = response.body.kind !== 'single' || Boolean(response.body.singleResult.errors)
      const isKept = cache && !hasErrors && !cache.isFresh && cache.maxAgeSeconds
      const scope = cache?.isPublic && viewer.kind === 'anonymous' ? 'public' : 'private'
      response.http.headers.set('cache-control', isKept ? `max-age=${cache.maxAgeSeconds}, ${scope}` : 'no-store')
    },
  }),
}
