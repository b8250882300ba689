import type { ApolloServerPlugin } from '@apollo/server'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Viewer } from '../auth/viewer.ts'
import { watchReads } from '../context/watch-reads.ts'
import { type CachePolicy, cachePolicyOf } from './cache-policy.ts'

/**
 * Sets the `cache-control` header from the `@cacheControl` directives. Responses with errors are not cacheable, and neither are
 * responses whose execution read the viewer, whatever the schema says.
 */
export const cacheControl: ApolloServerPlugin<{ viewer: Viewer }> = {
  requestDidStart: async () => {
    let computeHeader = (_hasErrors: boolean): string => headerOf(null)
    return {
      didResolveOperation: async ({ schema, document, operation, contextValue }) => {
        if (operation) computeHeader = computeCacheControl(schema, { document, operation }, contextValue)
      },
      willSendResponse: async ({ response, errors }) => {
        response.http.headers.set('cache-control', computeHeader(!!errors?.length))
      },
    }
  },
}

/** Watches what an operation reads. The returned function computes the value of `cache-control` afterwards. */
export function computeCacheControl(
  schema: GraphQLSchema,
  request: { document: DocumentNode; operation: OperationDefinitionNode },
  ctx: { viewer: Viewer },
): (hasErrors: boolean) => string {
  const policy = cachePolicyOf(schema, request)
  const wasViewerRead = policy ? watchReads(ctx, ['viewer']) : () => false
  return (hasErrors) => headerOf(hasErrors || wasViewerRead() ? null : policy)
}

function headerOf(policy: CachePolicy | null): string {
  return policy ? `max-age=${policy.maxAgeSeconds}, ${policy.isPublic ? 'public' : 'private'}` : 'no-store'
}
