import { GraphQLError } from 'graphql'
import type { Missing, Path, ResultObject, SharedText } from '../run/execution.ts'
import { errorAt, type MissingByObject, missingIn, noteTold } from '../run/missing-fields.ts'

/** A value that is missing, or is not what the schema says. Its place is told by what it lies in, on the way up. */
export interface Misfit {
  message: string
  place: string | null
  /** From the value outwards. */
  path: Path
  /** Why it is missing; null where it is there, or nobody failed to bring it. */
  cause: GraphQLError | null
}

/** The writing of one answer. */
export interface Shaping {
  variables: Readonly<Record<string, unknown>>
  misfits: Misfit[]
  /** How many more there are, by what they are missing for; null stands for those that are there. */
  untold: Map<GraphQLError | null, number>
  shared: Map<object, SharedText>
  /** What fetches failed to bring; null when none did. */
  missing: MissingByObject | null
  /** What has been written so far costs, where shapes weigh. */
  cost: number
}

/** The code of what does not fit the schema. */
export const misfitCode = 'RESPONSE_VALIDATION_FAILED'

/** So many values of one answer are told with their path. */
const maxMisfits = 100

/** Notes a misfit of the value that is being written. */
export function report(shaping: Shaping, message: string, cause: GraphQLError | null = null): void {
  if (shaping.misfits.length < maxMisfits) shaping.misfits.push({ message, place: null, path: [], cause })
  else shaping.untold.set(cause, (shaping.untold.get(cause) ?? 0) + 1)
}

/** Whether a field is missing because a fetch failed. Then that is noted of the value that is being written. */
export function isMissing(shaping: Shaping, source: ResultObject, name: string): boolean {
  const missing: Missing | null = shaping.missing && missingIn(shaping.missing, source, name)
  if (!missing) return false
  noteTold(missing)
  report(shaping, '', missing.error)
  return true
}

/** Adds one step to the paths of the misfits found since `known`, and says where the newest are. */
export function placeMisfits(
  { misfits }: Shaping,
  known: number,
  { key, place }: { key: string | number; place: string },
) {
  for (const misfit of misfits.slice(known)) {
    misfit.place ??= place
    misfit.path.push(key)
  }
}

/** A value that is not what the schema says, as its client is told. */
export function misfitError(message: string, path?: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(message, { path, extensions: { code: misfitCode } })
}

/** The misfits as errors, but those that `told` tells already: at the same place, or at one below it that made it null. */
export function misfitErrors({ misfits, untold }: Shaping, told: readonly GraphQLError[]): GraphQLError[] {
  const covered = new Set(told.flatMap(({ path = [] }) => path.map((_key, index) => keyOf(path.slice(0, index + 1)))))
  const errors = misfits.flatMap(({ message, place, path, cause }) => {
    const at = path.toReversed()
    if (covered.has(keyOf(at))) return []
    return cause ? errorAt(cause, at) : misfitError(`${message} ${place}.`, at)
  })
  for (const [cause, count] of untold)
    errors.push(cause ? errorAt(cause, undefined) : misfitError(`${count} more values do not fit the schema.`))
  return errors
}

function keyOf(path: readonly (string | number)[]): string {
  return JSON.stringify(path)
}
