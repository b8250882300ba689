import { GraphQLError } from 'graphql'
import { failureResponse, UpstreamFailure } from '../subgraphs/read-response.ts'
import { Refusals } from './check-subscription.ts'
import { StreamBroken } from './event-source.ts'

/** Any error that ends a stream, as GraphQL errors. `serviceName` in a subgraph's errors is for the error mask. */
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
