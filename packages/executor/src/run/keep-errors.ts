import type { FetchNode } from '@apollo/query-planner'
import type { GraphQLFormattedError } from 'graphql'
import { isObject } from '../lib/own-property.ts'
import { locateTargets } from './collect-targets.ts'
import type { Path, ResultObject, Run } from './execution.ts'
import { fetchError } from './fetch-error.ts'
import { noteMissing } from './missing-fields.ts'

/** A fetch that was answered with errors. */
export interface FailedFetch {
  fetch: FetchNode
  /** Where the objects lie that it was for. */
  paths: readonly Path[]
  /** The response names that it was to bring. */
  names: ReadonlySet<string>
}

type Errors = readonly GraphQLFormattedError[]

/** Errors, and the objects that got nothing. */
interface Failed {
  errors: Errors
  missing: readonly ResultObject[]
}

/** Errors of entities. */
interface FailedEntities {
  errors: Errors
  /** The objects that each representation stands for. */
  targets: readonly (readonly ResultObject[])[]
  /** What came for each; fewer where nothing came at all. */
  entities: readonly unknown[]
}

/** Tells errors at their places. What is missing is so for the first error that says no place, or else for the first. */
export function keepErrors({ fetch, paths, names }: FailedFetch, run: Run, { errors, missing }: Failed): void {
  const reason = errors.find(({ path }) => !path) ?? errors[0]
  const isReason = (error: GraphQLFormattedError) => error === reason && !error.path && missing.length > 0
  for (const error of errors) {
    if (isReason(error)) continue
    const place = error.path && [...withoutLists(paths[0] ?? []), ...error.path]
    run.errors.push(fetchError(error, fetch.serviceName, place))
  }
  if (reason) keepMissing({ fetch, names }, run, { reason, missing })
}

/**
 * Tells an error of one representation at all places of the entity. Any other is an error of those that got nothing and have none
 * of their own.
 */
export function keepEntityErrors(failed: FailedFetch, run: Run, { errors, targets, entities }: FailedEntities): void {
  const own = errors.filter((error) => indexOf(error) !== null)
  const common = errors.filter((error) => indexOf(error) === null).map(({ path: _path, ...error }) => error)
  for (const error of own) {
    const index = indexOf(error) ?? 0
    keepEntityError(failed, run, { error, equal: targets[index] ?? [], isMissing: !isObject(entities[index]) })
  }
  const known = new Set(own.map(indexOf))
  const missing = targets.filter((_equal, index) => !isObject(entities[index]) && !known.has(index)).flat()
  if (common.length > 0) return keepErrors(failed, run, { errors: common, missing })
  const [reason] = errors
  if (entities.length === 0 && reason) keepMissing(failed, run, { reason, missing })
}

function keepMissing(
  { fetch, names }: Pick<FailedFetch, 'fetch' | 'names'>,
  run: Run,
  { reason, missing }: { reason: GraphQLFormattedError; missing: readonly ResultObject[] },
): void {
  if (missing.length === 0) return
  const error = fetchError(reason, fetch.serviceName, undefined)
  noteMissing(run, missing, { names, error, isTold: reason.path !== undefined })
}

/** The place of an error among the representations; null when it is of none of them. */
function indexOf({ path }: GraphQLFormattedError): number | null {
  const index = path?.[1]
  return path?.[0] === '_entities' && typeof index === 'number' ? index : null
}

/** So many places of one error are told. */
const maxPlaces = 100

/** An error of a whole entity is reported at each missing field; an error of a field at its own path. */
function keepEntityError(
  { fetch, paths, names }: FailedFetch,
  run: Run,
  { error, equal, isMissing }: { error: GraphQLFormattedError; equal: readonly ResultObject[]; isMissing: boolean },
): void {
  const rest = error.path?.slice(2) ?? []
  if (isMissing) {
    const reason = fetchError(error, fetch.serviceName, undefined)
    noteMissing(run, equal, { names, error: reason, isTold: rest.length > 0 })
    if (rest.length === 0) return
  }
  const own = new Set(equal)
  const places = paths.flatMap((path) => locateTargets(run.data, path)).filter(({ target }) => own.has(target))
  for (const place of places.slice(0, maxPlaces))
    run.errors.push(fetchError(error, fetch.serviceName, [...place.path, ...rest]))
}

/** As much of a path as is known of all that it leads to. */
function withoutLists(path: Path): Path {
  const list = path.indexOf('@')
  return list === -1 ? path : path.slice(0, list)
}
