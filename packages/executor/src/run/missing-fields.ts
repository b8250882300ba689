import { GraphQLError } from 'graphql'
import type { Missing, Path, ResultObject, Run } from './execution.ts'

/** By object of the result, what it lacks. */
export type MissingByObject = ReadonlyMap<ResultObject, readonly Missing[]>

/** Notes that these objects lack what a fetch was to bring. What depends on it is noted by `passOnMissing`. */
export function noteMissing(run: Run, targets: Iterable<ResultObject>, missing: Missing): void {
  const byObject = run.missing ?? new Map<ResultObject, Missing[]>()
  run.missing = byObject
  for (const target of targets) {
    const known = byObject.get(target)
    if (known) known.push(missing)
    else byObject.set(target, [missing])
  }
}

/** An object that lacks something may lack what a fetch requires of it: then it lacks what that fetch brings, too, for the same reason. */
export function passOnMissing(
  run: Run,
  { targets, sent }: { targets: readonly ResultObject[]; sent: readonly ResultObject[] },
  names: ReadonlySet<string>,
): void {
  const represented = new Set(sent)
  for (const target of targets) {
    const [first] = (!represented.has(target) && run.missing?.get(target)) || []
    if (first) noteMissing(run, [target], { names, error: first.error, isTold: true, origin: first })
  }
}

/** Why an object lacks a field; null where no fetch failed to bring it. */
export function missingIn(missing: MissingByObject, source: ResultObject, name: string): Missing | null {
  return missing.get(source)?.find(({ names }) => names.has(name)) ?? null
}

/** Notes that the client gets this error, and so knows why its fields are missing. */
export function noteTold(missing: Missing): void {
  for (let one: Missing | undefined = missing; one; one = one.origin) one.isTold = true
}

/** What was never told at a path, because nothing that the client asked for was seen to be missing: each reason once. */
export function untold(missing: MissingByObject): GraphQLError[] {
  const errors = [...missing.values()].flat().filter(({ isTold }) => !isTold)
  return [...new Set(errors.map(({ error }) => error))]
}

/** The same error at that place. */
export function errorAt(error: GraphQLError, path: Path | undefined): GraphQLError {
  const { message, extensions, originalError } = error
  return new GraphQLError(message, { path, extensions, originalError: originalError ?? error })
}
