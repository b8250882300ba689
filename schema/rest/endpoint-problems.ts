import type { DocumentNode, GraphQLSchema } from 'graphql'
import { bindEndpoint } from './bind-endpoint.ts'
import type { RestEndpoint } from './endpoint.ts'

/**
 * What is wrong with REST endpoints, one line each: an operation, variable or body that does not exist, two endpoints at one address, or
 * two names for one part of a path.
 */
export function endpointProblems(
  schema: GraphQLSchema,
  endpoints: readonly RestEndpoint[],
  documents: Readonly<Record<string, DocumentNode>>,
): string[] {
  return [
    ...endpoints.flatMap((endpoint) => bindingProblems(schema, endpoint, documents)),
    ...sharedAddresses(endpoints),
    ...renamedParts(endpoints),
  ]
}

function bindingProblems(
  schema: GraphQLSchema,
  endpoint: RestEndpoint,
  documents: Readonly<Record<string, DocumentNode>>,
): string[] {
  const at = `${endpoint.method} ${endpoint.path}`
  try {
    const { operation, parameters } = bindEndpoint(schema, endpoint, documents)
    const names = parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
    const twice = names.filter((name, index) => names.indexOf(name) !== index)
    const problems = twice.map((name) => `${at}: ${name} stands for two variables`)
    const isSafe = operation.operation === 'query' || (operation.operation === 'mutation' && endpoint.method !== 'GET')
    return isSafe ? problems : [...problems, `${at}: a ${operation.operation} cannot be an endpoint of this method`]
  } catch (error) {
    return [`${at}: ${(error as Error).message}`]
  }
}

function sharedAddresses(endpoints: readonly RestEndpoint[]): string[] {
  const addresses = endpoints.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`)
  return addresses
    .filter((address, index) => addresses.indexOf(address) !== index)
    .map((at) => `two endpoints at ${at}`)
}

/** OpenAPI has one path for all methods, so its parts have one name. */
function renamedParts(endpoints: readonly RestEndpoint[]): string[] {
  const first = new Map<string, string>()
  return endpoints.flatMap(({ path }) => {
    const key = path.replace(/\{\w+\}/g, '{}')
    const before = first.get(key) ?? path
    first.set(key, before)
    return before === path ? [] : [`${path} must be called ${before}`]
  })
}
