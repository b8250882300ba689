import { GraphQLError } from 'graphql'
import type { Execution, MissingFields, Path, ResultObject } from './execution.ts'

/** The missing fields of each object of the result. */
export type MissingByObject = ReadonlyMap<ResultObject, readonly MissingFields[]>

/** Records fields that a failed fetch did not deliver. `propagateMissing` records the fields that depend on them. */
export function addMissing(execution: Execution, targets: Iterable<ResultObject>, missing: MissingFields): void {
  const byObject = execution.missing ?? new Map<ResultObject, MissingFields[]>()
  execution.missing = byObject
  for (const target of targets) {
    const known = byObject.get(target)
    if (known) known.push(missing)
    else byObject.set(target, [missing])
  }
}

/** Records the fields of a fetch as missing, with the same cause, for targets that lack fields and so could not be sent. */
export function propagateMissing(
  execution: Execution,
  { targets, sent }: { targets: readonly ResultObject[]; sent: readonly ResultObject[] },
  names: ReadonlySet<string>,
): void {
  const represented = new Set(sent)
  for (const target of targets) {
    const [first] = (!represented.has(target) && execution.missing?.get(target)) || []
    if (first) addMissing(execution, [target], { names, error: first.error, isReported: true, origin: first })
  }
}

/** Why an object lacks a field; null when no failed fetch should have delivered it. */
export function findMissing(missing: MissingByObject, source: ResultObject, name: string): MissingFields | null {
  return missing.get(source)?.find(({ names }) => names.has(name)) ?? null
}

/** Marks an error and its causes as reported to the client. */
export function markReported(missing: MissingFields): void {
  for (let one: MissingFields | undefined = missing; one; one = one.origin) one.isReported = true
}

/** The distinct errors that no path reports, because the client selected none of the missing fields. */
export function unreportedErrors(missing: MissingByObject): GraphQLError[] {
  const errors = [...missing.values()].flat().filter(({ isReported }) => !isReported)
  return [...new Set(errors.map(({ error }) => error))]
}

/** A copy of an error at another path. */
export function errorAt(error: GraphQLError, path: Path | undefined): GraphQLError {
  const { message, extensions, originalError } = error
  return new GraphQLError(message, { path, extensions, originalError: originalError ?? error })
}
