import { GraphQLError } from 'graphql'
import type { Execution, MissingFields, Path, ResultObject, SharedJson } from '../run/execution.ts'
import { errorAt, findMissing, type MissingByObject, markReported } from '../run/missing-fields.ts'

/** A value that is missing or does not match the schema. Its path and location are completed by its parents. */
export interface InvalidValue {
  message: string
  location: string | null
  /** From the value to the root. */
  path: Path
  /** The error of the failed fetch; null when the value is invalid rather than missing. */
  cause: GraphQLError | null
}

/** The state of writing one response. */
export interface WriterContext {
  variables: Readonly<Record<string, unknown>>
  invalidValues: InvalidValue[]
  /** The number of further invalid values by cause; null for those without a cause. */
  unreportedCounts: Map<GraphQLError | null, number>
  shared: Map<object, SharedJson>
  /** Fields that failed fetches did not deliver; null when there are none. */
  missing: MissingByObject | null
  /** The cost of the data written so far. */
  cost: number
}

/** The context for writing the response of an execution whose fetches are complete. */
export function createWriterContext(
  variables: WriterContext['variables'],
  { shared, missing }: Execution,
): WriterContext {
  return { variables, invalidValues: [], unreportedCounts: new Map(), shared, missing, cost: 0 }
}

/** The error code of values that do not match the schema. */
export const invalidValueCode = 'RESPONSE_VALIDATION_FAILED'

/** The maximum number of invalid values to report with a path. */
const maxReported = 100

/** Records that the current value is invalid. */
export function reportInvalid(context: WriterContext, message: string, cause: GraphQLError | null = null): void {
  if (context.invalidValues.length < maxReported)
    context.invalidValues.push({ message, location: null, path: [], cause })
  else context.unreportedCounts.set(cause, (context.unreportedCounts.get(cause) ?? 0) + 1)
}

/** Whether a field is missing because a fetch failed; if so, records its error. */
export function reportIfMissing(context: WriterContext, source: ResultObject, name: string): boolean {
  const missing: MissingFields | null = context.missing && findMissing(context.missing, source, name)
  if (!missing) return false
  markReported(missing)
  reportInvalid(context, '', missing.error)
  return true
}

/** Adds a key to the paths of the invalid values recorded from index `since` on, and a location to those without one. */
export function locateInvalidValues(
  { invalidValues }: WriterContext,
  since: number,
  { key, location }: { key: string | number; location: string },
) {
  for (const invalidValue of invalidValues.slice(since)) {
    invalidValue.location ??= location
    invalidValue.path.push(key)
  }
}

/** The client's error for a value that does not match the schema. */
export function invalidValueError(message: string, path?: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(message, { path, extensions: { code: invalidValueCode } })
}

/** The errors of invalid values, except where `reported` has an error at the same path or below. */
export function invalidValueErrors(
  { invalidValues, unreportedCounts }: WriterContext,
  reported: readonly GraphQLError[],
): GraphQLError[] {
  const reportedPaths = new Set(
    reported.flatMap(({ path = [] }) => path.map((_key, index) => keyOf(path.slice(0, index + 1)))),
  )
  const errors = invalidValues.flatMap(({ message, location, path, cause }) => {
    const at = path.toReversed()
    if (reportedPaths.has(keyOf(at))) return []
    return cause ? errorAt(cause, at) : invalidValueError(`${message} ${location}.`, at)
  })
  for (const [cause, count] of unreportedCounts)
    errors.push(cause ? errorAt(cause, undefined) : invalidValueError(`${count} more values do not match the schema.`))
  return errors
}

function keyOf(path: readonly (string | number)[]): string {
  return JSON.stringify(path)
}
