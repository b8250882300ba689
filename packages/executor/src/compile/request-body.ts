import type { FetchNode } from '@apollo/query-planner'

/** Writes the body of a fetch's request. `representations` is null for a root fetch. */
export type WriteBody = (variables: Variables, representations: readonly string[] | null) => string

export type Variables = Readonly<Record<string, unknown>>

/** Compiles the body of a fetch's request. Everything except the variables is written once. */
export function compileBody({ operation, operationName, variableUsages = [] }: FetchNode): WriteBody {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`
  const prefix = `{"query":${JSON.stringify(operation)}${name}`
  const writers = variableUsages.map(compileVariable)
  return (variables, representations) => {
    const parts = writers.flatMap((write) => write(variables) ?? [])
    if (representations) parts.push(`"representations":[${representations.join(',')}]`)
    return `${prefix},"variables":{${parts.join(',')}}}`
  }
}

/** Compiles an entry of `variables`; null when the client sent no value. */
export function compileVariable(variable: string): (variables: Variables) => string | null {
  const key = `${JSON.stringify(variable)}:`
  return (variables) => {
    const isGiven = Object.hasOwn(variables, variable) && variables[variable] !== undefined
    return isGiven ? key + JSON.stringify(variables[variable]) : null
  }
}
