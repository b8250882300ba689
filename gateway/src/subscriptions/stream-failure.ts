import { GraphQLError } from 'graphql'
import { failureResponse, UpstreamFailure } from '../subgraphs/read-response.ts'
import { Refusals } from './check-subscription.ts'
import { StreamBroken } from './event-source.ts'

/** Whatever ends a stream, as errors of GraphQL. Those of a subgraph tell which, for whoever masks them. */
export function streamFailure(error: unknown, subgraph: string): readonly GraphQLError[] {
  if (error instanceof Refusals) return error.errors
  if (error instanceof GraphQLError) return [error]
  if (error instanceof StreamBroken || error instanceof UpstreamFailure) {
    const { errors = [] } = failureResponse(error)
    return errors.map(
      ({ message, extensions }) =>
        new GraphQLError(message, { originalError: error, extensions: { ...extensions, serviceName: subgraph } }),
    )
  }
  return [new GraphQLError('Internal server error', { originalError: error as Error })]
}
