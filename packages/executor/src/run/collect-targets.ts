import { isObject, type PropertyReader, propertyReader } from '../lib/own-property.ts'
import type { Execution, Path, ResultObject, SharedJson } from './execution.ts'

/** Collects the objects at a path of the result, each once, without nulls. */
export type CollectTargets = (execution: Execution) => ResultObject[]

/** An object of the result and one of its paths. */
export interface LocatedObject {
  target: ResultObject
  path: Path
}

/** Compiles the path of a `Flatten` node, such as `users.@.reviews.@`. */
export function compileTargets(path: readonly (string | number)[]): CollectTargets {
  if (path.length === 0) return (execution) => [execution.data]
  const steps = path.map((element) => (element === '@' ? null : propertyReader(String(element))))
  return (execution) => {
    const walk: Walk = { steps, shared: execution.shared, seen: new Set(), found: [] }
    visit(walk, execution.data, 0)
    return walk.found
  }
}

interface Walk {
  /** A property reader, or null for all items of a list. */
  steps: readonly (PropertyReader | null)[]
  shared: ReadonlyMap<object, SharedJson>
  seen: Set<object>
  found: ResultObject[]
}

function visit(walk: Walk, value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null || isVisited(walk, value)) return
  const step = walk.steps[depth]
  if (Array.isArray(value)) {
    if (step === null) for (const item of value) visit(walk, item, depth + 1)
  } else if (depth === walk.steps.length) {
    walk.found.push(value as ResultObject)
  } else if (step) {
    visit(walk, step(value as ResultObject), depth + 1)
  }
}

/** Shared objects are visited once: the rest of the path is the same from each of their positions. */
function isVisited({ shared, seen }: Walk, value: object): boolean {
  if (shared.size === 0 || !shared.has(value)) return false
  if (seen.has(value)) return true
  seen.add(value)
  return false
}

/** All paths of all objects. Slow, since it visits shared objects at each position: use it for errors only. */
export function locateTargets(data: ResultObject, path: readonly (string | number)[]): LocatedObject[] {
  let positions: { value: unknown; path: Path }[] = [{ value: data, path: [] }]
  for (const element of path) positions = positions.flatMap((at) => advance(at, element))
  return positions.flatMap(({ value, path }) => (isObject(value) ? [{ target: value, path }] : []))
}

function advance({ value, path }: { value: unknown; path: Path }, element: string | number) {
  if (element === '@') {
    return Array.isArray(value) ? value.map((item, index) => ({ value: item, path: [...path, index] })) : []
  }
  return isObject(value) ? [{ value: propertyReader(String(element))(value), path: [...path, String(element)] }] : []
}
