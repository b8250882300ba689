import type { ClientResult } from './world.ts'

type Path = readonly (string | number)[]

/** The paths that are null, but not in the expected data, and have no error at or below them. */
export function findUnexplainedNulls({ data, errors = [] }: ClientResult, right: unknown): Path[] {
  const reported = new Set(
    errors.flatMap(({ path = [] }) => path.map((_key, index) => keyOf(path.slice(0, index + 1)))),
  )
  const isReported = (path: Path) => (path.length === 0 ? errors.length > 0 : reported.has(keyOf(path)))
  const walk = (value: unknown, wanted: unknown, path: Path): Path[] => {
    if (wanted === null || typeof wanted === 'undefined') return []
    if (value === null) return isReported(path) ? [] : [path]
    if (typeof value !== 'object' || typeof wanted !== 'object') return []
    return Object.entries(value).flatMap(([key, inner]) =>
      walk(inner, (wanted as Record<string, unknown>)[key], [...path, Array.isArray(value) ? Number(key) : key]),
    )
  }
  return walk(data, right, [])
}

/** The paths of errors at which the data is not null. */
export function findMisplacedErrors({ data, errors = [] }: ClientResult): Path[] {
  return errors.flatMap(({ path }) => (path && valueAt(data, path) !== null ? [path] : []))
}

/** The value at a path, or the first null on it. */
function valueAt(data: unknown, path: Path): unknown {
  let value = data
  for (const key of path) {
    if (value === null || value === undefined) return value
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}
