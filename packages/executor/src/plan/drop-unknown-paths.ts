import type { GraphQLError } from 'graphql'
import { getOwnProperty, isObject } from '../lib/own-property.ts'
import { errorAt } from '../run/missing-fields.ts'

/** Removes the path of errors at fields that the client did not select: the planner added them. */
export function dropUnknownPaths(errors: readonly GraphQLError[], data: string): readonly GraphQLError[] {
  if (!errors.some(({ path }) => path)) return errors
  const parsed: unknown = JSON.parse(data)
  return errors.map((error) => (error.path && isAbsent(parsed, error.path) ? errorAt(error, undefined) : error))
}

/** A path ends at a null. */
function isAbsent(parsed: unknown, path: readonly (string | number)[]): boolean {
  let value = parsed
  for (const key of path) {
    if (value === null) return false
    if (Array.isArray(value)) value = value[key as number]
    else value = isObject(value) ? getOwnProperty(value, String(key)) : undefined
    if (value === undefined) return true
  }
  return false
}
