import type { GraphQLFormattedError } from 'graphql'
import { type Located, locateTargets } from './collect-targets.ts'
import { withoutLists } from './compile-fetch.ts'
import { fetchError } from './fetch-error.ts'
import type { Path, ResultObject, Run } from './run.ts'

/** Errors of entities, and where these lie. */
export interface EntityErrors {
  errors: readonly GraphQLFormattedError[]
  /** The objects that each entity is for. */
  targets: readonly ResultObject[][]
  paths: readonly Path[]
  serviceName: string
}

/** An error of one representation is an error at every place that asked for it; one of the whole is one of each path. */
export function keepEntityErrors(run: Run, { errors, targets, paths, serviceName }: EntityErrors): void {
  const located = paths.flatMap((path) => locateTargets(run.data, path))
  for (const error of errors) {
    if (!error.path) {
      for (const _path of paths) run.errors.push(fetchError(error, serviceName, undefined))
      continue
    }
    const rest = error.path.slice(2)
    for (const place of placesOf(error, { located, targets, paths }))
      run.errors.push(fetchError(error, serviceName, [...place, ...rest]))
  }
}

function placesOf(
  error: GraphQLFormattedError,
  { located, targets, paths }: { located: readonly Located[] } & Pick<EntityErrors, 'targets' | 'paths'>,
): Path[] {
  const index = error.path?.[1]
  const equal = new Set(typeof index === 'number' ? targets[index] : [])
  const places = located.filter(({ target }) => equal.has(target)).map(({ path }) => path)
  return places.length > 0 ? places : paths.map(withoutLists)
}
