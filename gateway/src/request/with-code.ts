import { GraphQLError, type GraphQLErrorExtensions } from 'graphql'

/** Adds a code to an error, and with `http` also a status. */
export function withCode(error: GraphQLError, code: string, http?: GraphQLErrorExtensions['http']): GraphQLError {
  const { message, nodes, source, positions, path } = error
  const extensions = { ...error.extensions, code, ...(http !== undefined && { http }) }
  return new GraphQLError(message, { nodes, source, positions, path, extensions })
}
