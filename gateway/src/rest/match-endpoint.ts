import type { BoundEndpoint } from '@tikitu/schema/rest/bind-endpoint'
import { pathNames } from '@tikitu/schema/rest/bind-endpoint'

/** The endpoints of a path, and the values of its parameters. */
export interface PathMatch<E> {
  byMethod: ReadonlyMap<string, E>
  values: Readonly<Record<string, string>>
}

/** Finds the endpoints of a path below `/api/v1`; null when it has none or a value is not valid percent-encoding. */
export type MatchPath<E> = (path: string) => PathMatch<E> | null

interface Branch<E> {
  fixed: Map<string, Branch<E>>
  parameter: Branch<E> | null
  names: readonly string[]
  byMethod: Map<string, E>
}

/** Arranges the endpoints by the segments of their paths. A fixed segment is preferred to a parameter. */
export function createPathMatcher<E extends Pick<BoundEndpoint, 'endpoint'>>(endpoints: readonly E[]): MatchPath<E> {
  const root = newBranch<E>()
  for (const bound of endpoints) {
    const { path, method } = bound.endpoint
    let branch = root
    for (const segment of path.slice(1).split('/')) branch = branchFor(branch, segment)
    branch.names = pathNames(path)
    branch.byMethod.set(method, bound)
  }
  return (path) => {
    const values: string[] = []
    const branch = path.startsWith('/') ? follow(root, path.slice(1).split('/'), values) : null
    const decoded = branch && decodeAll(values)
    if (!branch || !decoded) return null
    return {
      byMethod: branch.byMethod,
      values: Object.fromEntries(branch.names.map((name, at) => [name, decoded[at] ?? ''])),
    }
  }
}

function newBranch<E>(): Branch<E> {
  return { fixed: new Map(), parameter: null, names: [], byMethod: new Map() }
}

function branchFor<E>(branch: Branch<E>, segment: string): Branch<E> {
  if (segment.startsWith('{')) {
    branch.parameter ??= newBranch()
    return branch.parameter
  }
  const found = branch.fixed.get(segment) ?? newBranch<E>()
  branch.fixed.set(segment, found)
  return found
}

/** Collects the values of parameters in `values`. */
function follow<E>(branch: Branch<E>, segments: readonly string[], values: string[]): Branch<E> | null {
  const [segment, ...rest] = segments
  if (segment === undefined) return branch.byMethod.size > 0 ? branch : null
  const fixed = branch.fixed.get(segment)
  const found = fixed && follow(fixed, rest, values)
  if (found) return found
  if (!branch.parameter || segment === '') return null
  const length = values.push(segment)
  const through = follow(branch.parameter, rest, values)
  if (!through) values.length = length - 1
  return through
}

function decodeAll(values: readonly string[]): string[] | null {
  try {
    return values.map((value) => decodeURIComponent(value))
  } catch {
    return null
  }
}
