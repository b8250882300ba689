import type { FetchNode } from '@apollo/query-planner'
import { GraphQLError } from 'graphql'

/** The body of a fetch's request: with representations for entities, null for a root fetch. */
export type BodyOf = (variables: Variables, representations: readonly string[] | null) => string

type Variables = Readonly<Record<string, unknown>>

/** Compiles the body of a fetch's request: all of it but the variables is written once. */
export function compileBody({ operation, operationName, variableUsages = [] }: FetchNode): BodyOf {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`
  const prefix = `{"query":${JSON.stringify(operation)}${name}`
  const usages = variableUsages.map((variable) => ({ variable, key: `${JSON.stringify(variable)}:` }))
  return (variables, representations) => {
    const used = usages.filter(
      ({ variable }) => Object.hasOwn(variables, variable) && variables[variable] !== undefined,
    )
    const parts = used.map(({ variable, key }) => key + JSON.stringify(variables[variable]))
    if (representations) {
      if (used.some(({ variable }) => variable === 'representations'))
        throw new GraphQLError('Variables cannot contain key "representations"')
      parts.push(`"representations":[${representations.join(',')}]`)
    }
    return `${prefix},"variables":{${parts.join(',')}}}`
  }
}
