import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Path } from './execution.ts'

/** A subgraph's error as the gateway reports it. `extensions.serviceName` lets the host mask it by subgraph. */
export function fetchError(error: GraphQLFormattedError, serviceName: string, path: Path | undefined): GraphQLError {
  const code = error.extensions?.['code'] || 'DOWNSTREAM_SERVICE_ERROR'
  return new GraphQLError(error.message || `Error while fetching subquery from service "${serviceName}"`, {
    originalError: error as Error,
    path,
    extensions: { ...error.extensions, serviceName, code },
  })
}
