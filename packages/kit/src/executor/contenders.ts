import { execute, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit'
import type { Execute } from './execute.ts'

/** graphql-js, on a document that was parsed and validated before. */
export function executeByGraphqlJs(schema: GraphQLSchema): Execute {
  return ({ document, operation, variables, contextValue }) =>
    execute({ schema, document, operationName: operation.name?.value, variableValues: variables, contextValue })
}

/** `graphql-jit`: a function is generated for each operation. What it cannot compile is left to graphql-js. */
export function executeByJit(schema: GraphQLSchema): Execute {
  const compiled = new WeakMap<OperationDefinitionNode, CompiledQuery | null>()
  const executeUncompiled = executeByGraphqlJs(schema)
  return (request) => {
    const { document, operation, variables, contextValue } = request
    let query = compiled.get(operation)
    if (query === undefined) {
      const result = compileQuery(schema, document, operation.name?.value)
      query = isCompiledQuery(result) ? result : null
      compiled.set(operation, query)
    }
    return query ? query.query(undefined, contextValue, variables ?? {}) : executeUncompiled(request)
  }
}
