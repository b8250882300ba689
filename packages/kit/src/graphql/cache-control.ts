import type { ApolloServerPlugin } from '@apollo/server'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Viewer } from '../auth/viewer.ts'
import { watchReads } from '../context/watch-reads.ts'
import { type CachePolicy, cachePolicyOf } from './cache-policy.ts'

/**
 * Says in `cache-control` how long an answer may be kept and by whom, as `@cacheControl` has it. An answer with errors may not,
 * and neither may one for which anything asked who the viewer is: that one is theirs alone, whatever the schema says.
 */
export const cacheControl: ApolloServerPlugin<{ viewer: Viewer }> = {
  requestDidStart: async () => {
    let say = (_hasErrors: boolean): string => headerOf(null)
    return {
      didResolveOperation: async ({ schema, document, operation, contextValue }) => {
        if (operation) say = computeCacheControl(schema, { document, operation }, contextValue)
      },
      willSendResponse: async ({ response, errors }) => {
        response.http.headers.set('cache-control', say(!!errors?.length))
      },
    }
  },
}

/** Begins to watch what an operation reads; the function tells what `cache-control` is to say of the answer. */
export function computeCacheControl(
  schema: GraphQLSchema,
  asked: { document: DocumentNode; operation: OperationDefinitionNode },
  ctx: { viewer: Viewer },
): (hasErrors: boolean) => string {
  const policy = cachePolicyOf(schema, asked)
  const wasViewerRead = policy ? watchReads(ctx, ['viewer']) : () => false
  return (hasErrors) => headerOf(hasErrors || wasViewerRead() ? null : policy)
}

function headerOf(policy: CachePolicy | null): string {
  return policy ? `max-age=${policy.maxAgeSeconds}, ${policy.isPublic ? 'public' : 'private'}` : 'no-store'
}
