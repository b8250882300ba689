import { GraphQLError } from 'graphql'
import type { Path, SharedText } from './run.ts'

/** A value that is not what the schema says. Its place is told by what it lies in, on the way up. */
export interface Misfit {
  message: string
  place: string | null
  /** From the value outwards. */
  path: Path
}

/** The writing of one answer. */
export interface Shaping {
  variables: Readonly<Record<string, unknown>>
  misfits: Misfit[]
  shared: Map<object, SharedText>
  /** What has been written so far costs, where shapes weigh. */
  cost: number
}

/** Notes a misfit of the value that is being written. */
export function report(shaping: Shaping, message: string): void {
  shaping.misfits.push({ message, place: null, path: [] })
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

/** The misfits as errors. */
export function misfitErrors({ misfits }: Shaping): GraphQLError[] {
  return misfits.map(
    ({ message, place, path }) =>
      new GraphQLError(`${message} ${place}.`, { path: path.toReversed(), extensions: { code: 'INVALID_GRAPHQL' } }),
  )
}
