import type { FetchNode } from '@apollo/query-planner'
import type { GraphQLFormattedError } from 'graphql'
import { isObject } from '../lib/own-property.ts'
import { locateTargets } from './collect-targets.ts'
import type { Execution, Path, ResultObject } from './execution.ts'
import { fetchError } from './fetch-error.ts'
import { addMissing } from './missing-fields.ts'

/** A fetch whose response has errors. */
export interface FailedFetch {
  fetch: FetchNode
  /** The paths of its target objects. */
  paths: readonly Path[]
  /** The response names that it writes. */
  names: ReadonlySet<string>
}

type Errors = readonly GraphQLFormattedError[]

/** Errors, and the objects that got no data. */
interface FetchErrors {
  errors: Errors
  missing: readonly ResultObject[]
}

/** Errors of an entity fetch. */
interface EntityErrors {
  errors: Errors
  /** The objects of each representation. */
  targets: readonly (readonly ResultObject[])[]
  /** The entity for each representation; empty when the response has no data. */
  entities: readonly unknown[]
}

/** Records errors at their paths. Missing fields get the first error without a path, or else the first. */
export function recordErrors(
  { fetch, paths, names }: FailedFetch,
  execution: Execution,
  { errors, missing }: FetchErrors,
): void {
  const reason = errors.find(({ path }) => !path) ?? errors[0]
  const isReason = (error: GraphQLFormattedError) => error === reason && !error.path && missing.length > 0
  for (const error of errors) {
    if (isReason(error)) continue
    const place = error.path && [...pathBeforeList(paths[0] ?? []), ...error.path]
    execution.errors.push(fetchError(error, fetch.serviceName, place))
  }
  if (reason) recordMissing({ fetch, names }, execution, { reason, missing })
}

/**
 * Records an error of one representation at all paths of its entity. Other errors are recorded for the entities that are missing and
 * have no error of their own.
 */
export function recordEntityErrors(
  failed: FailedFetch,
  execution: Execution,
  { errors, targets, entities }: EntityErrors,
): void {
  const own = errors.filter((error) => indexOf(error) !== null)
  const common = errors.filter((error) => indexOf(error) === null).map(({ path: _path, ...error }) => error)
  for (const error of own) {
    const index = indexOf(error) ?? 0
    recordEntityError(failed, execution, { error, equal: targets[index] ?? [], isMissing: !isObject(entities[index]) })
  }
  const known = new Set(own.map(indexOf))
  const missing = targets.filter((_equal, index) => !isObject(entities[index]) && !known.has(index)).flat()
  if (common.length > 0) return recordErrors(failed, execution, { errors: common, missing })
  const [reason] = errors
  if (entities.length === 0 && reason) recordMissing(failed, execution, { reason, missing })
}

function recordMissing(
  { fetch, names }: Pick<FailedFetch, 'fetch' | 'names'>,
  execution: Execution,
  { reason, missing }: { reason: GraphQLFormattedError; missing: readonly ResultObject[] },
): void {
  if (missing.length === 0) return
  const error = fetchError(reason, fetch.serviceName, undefined)
  addMissing(execution, missing, { names, error, isReported: reason.path !== undefined })
}

/** The index of the representation that an error belongs to; null when it belongs to none. */
function indexOf({ path }: GraphQLFormattedError): number | null {
  const index = path?.[1]
  return path?.[0] === '_entities' && typeof index === 'number' ? index : null
}

/** The maximum number of paths to report for one error. */
const maxPlaces = 100

/** Reports the error of a whole entity at each missing field, and that of a field at its path. */
function recordEntityError(
  { fetch, paths, names }: FailedFetch,
  execution: Execution,
  { error, equal, isMissing }: { error: GraphQLFormattedError; equal: readonly ResultObject[]; isMissing: boolean },
): void {
  const rest = error.path?.slice(2) ?? []
  if (isMissing) {
    const reason = fetchError(error, fetch.serviceName, undefined)
    addMissing(execution, equal, { names, error: reason, isReported: rest.length > 0 })
    if (rest.length === 0) return
  }
  const own = new Set(equal)
  const places = paths.flatMap((path) => locateTargets(execution.data, path)).filter(({ target }) => own.has(target))
  for (const place of places.slice(0, maxPlaces))
    execution.errors.push(fetchError(error, fetch.serviceName, [...place.path, ...rest]))
}

/** The part of a path before the first list. */
function pathBeforeList(path: Path): Path {
  const list = path.indexOf('@')
  return list === -1 ? path : path.slice(0, list)
}
