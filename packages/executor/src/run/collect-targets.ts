import { isObject, type PropertyReader, propertyReader } from '../lib/own-property.ts'
import type { Path, ResultObject, Run, SharedText } from './execution.ts'

/** The objects at a path of the result, each once, without the nulls on the way. */
export type CollectTargets = (run: Run) => ResultObject[]

/** An object of the result and one of the places it lies at. */
export interface Located {
  target: ResultObject
  path: Path
}

/** Compiles the path of a plan's `Flatten`, such as `users.@.reviews.@`. */
export function compileTargets(path: readonly (string | number)[]): CollectTargets {
  if (path.length === 0) return (run) => [run.data]
  const steps = path.map((element) => (element === '@' ? null : propertyReader(String(element))))
  return (run) => {
    const walk: Walk = { steps, shared: run.shared, seen: new Set(), found: [] }
    visit(walk, run.data, 0)
    return walk.found
  }
}

interface Walk {
  /** A reader, or null for every item of a list. */
  steps: readonly (PropertyReader | null)[]
  shared: ReadonlyMap<object, SharedText>
  seen: Set<object>
  found: ResultObject[]
}

function visit(walk: Walk, value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null || isKnown(walk, value)) return
  const step = walk.steps[depth]
  if (Array.isArray(value)) {
    if (step === null) for (const item of value) visit(walk, item, depth + 1)
  } else if (depth === walk.steps.length) {
    walk.found.push(value as ResultObject)
  } else if (step) {
    visit(walk, step(value as ResultObject), depth + 1)
  }
}

/** What lies at several places is walked once: the rest of the way is the same from each. */
function isKnown({ shared, seen }: Walk, value: object): boolean {
  if (shared.size === 0 || !shared.has(value)) return false
  if (seen.has(value)) return true
  seen.add(value)
  return false
}

/** Every place of every object at a path. For errors only, as it visits shared objects at each of their places. */
export function locateTargets(data: ResultObject, path: readonly (string | number)[]): Located[] {
  let located: { value: unknown; path: Path }[] = [{ value: data, path: [] }]
  for (const element of path) located = located.flatMap((at) => advance(at, element))
  return located.flatMap(({ value, path }) => (isObject(value) ? [{ target: value, path }] : []))
}

function advance({ value, path }: { value: unknown; path: Path }, element: string | number) {
  if (element === '@') {
    return Array.isArray(value) ? value.map((item, index) => ({ value: item, path: [...path, index] })) : []
  }
  return isObject(value) ? [{ value: propertyReader(String(element))(value), path: [...path, String(element)] }] : []
}
