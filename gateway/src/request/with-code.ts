import { GraphQLError, type GraphQLErrorExtensions } from 'graphql'

/** The same error with a code, and with `http` the status that it has over HTTP. */
export function withCode(error: GraphQLError, code: string, http?: GraphQLErrorExtensions['http']): GraphQLError {
  const { message, nodes, source, positions, path } = error
  const extensions = { ...error.extensions, code, ...(http !== undefined && { http }) }
  return new GraphQLError(message, { nodes, source, positions, path, extensions })
}
