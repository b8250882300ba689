import type { ApolloServerPlugin } from '@apollo/server'
import { type CachePolicy, cachePolicyOf } from './cache-policy.ts'
import type { Viewer } from './viewer.ts'

/**
 * Says in `cache-control` how long an answer may be kept and by whom, as `@cacheControl` has it. An answer with errors may not,
 * and neither may one for which anything asked who the viewer is: that one is theirs alone, whatever the schema says.
 */
export const cacheControl: ApolloServerPlugin<{ viewer: Viewer }> = {
  requestDidStart: async () => {
    let policy: CachePolicy | null = null
    let wasViewerRead = () => false
    return {
      didResolveOperation: async ({ schema, document, operation, contextValue }) => {
        policy = operation ? cachePolicyOf(schema, { document, operation }) : null
        if (policy) wasViewerRead = watchViewer(contextValue)
      },
      willSendResponse: async ({ response, errors }) => {
        response.http.headers.set('cache-control', headerOf(errors?.length || wasViewerRead() ? null : policy))
      },
    }
  },
}

function headerOf(policy: CachePolicy | null): string {
  return policy ? `max-age=${policy.maxAgeSeconds}, ${policy.isPublic ? 'public' : 'private'}` : 'no-store'
}

/** From now on it is known whether anything asked the context who the viewer is. */
function watchViewer(ctx: { viewer: Viewer }): () => boolean {
  const { viewer } = ctx
  let wasRead = false
  Object.defineProperty(ctx, 'viewer', {
    configurable: true,
    enumerable: true,
    get: () => {
      wasRead = true
      return viewer
    },
  })
  return () => wasRead
}
