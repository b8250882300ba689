import type { FetchNode } from '@apollo/query-planner'

/** The body of a fetch's request: with representations for entities, null for a root fetch. */
export type BodyOf = (variables: Variables, representations: readonly string[] | null) => string

export type Variables = Readonly<Record<string, unknown>>

/** Compiles the body of a fetch's request: all of it but the variables is written once. */
export function compileBody({ operation, operationName, variableUsages = [] }: FetchNode): BodyOf {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`
  const prefix = `{"query":${JSON.stringify(operation)}${name}`
  const writers = variableUsages.map(compileVariable)
  return (variables, representations) => {
    const parts = writers.flatMap((write) => write(variables) ?? [])
    if (representations) parts.push(`"representations":[${representations.join(',')}]`)
    return `${prefix},"variables":{${parts.join(',')}}}`
  }
}

/** Compiles an entry of a body's `variables`; null where the client gave nothing for it. */
export function compileVariable(variable: string): (variables: Variables) => string | null {
  const key = `${JSON.stringify(variable)}:`
  return (variables) => {
    const isGiven = Object.hasOwn(variables, variable) && variables[variable] !== undefined
    return isGiven ? key + JSON.stringify(variables[variable]) : null
  }
}
