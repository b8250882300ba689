import type { Seen } from './world.ts'

type Path = readonly (string | number)[]

/** The places of an answer that are null, not so in the right one, and have no error at them or at what they could not be without. */
export function unexplained({ data, errors = [] }: Seen, right: unknown): Path[] {
  const told = new Set(errors.flatMap(({ path = [] }) => path.map((_key, index) => keyOf(path.slice(0, index + 1)))))
  const isTold = (path: Path) => (path.length === 0 ? errors.length > 0 : told.has(keyOf(path)))
  const walk = (value: unknown, wanted: unknown, path: Path): Path[] => {
    if (wanted === null || typeof wanted === 'undefined') return []
    if (value === null) return isTold(path) ? [] : [path]
    if (typeof value !== 'object' || typeof wanted !== 'object') return []
    return Object.entries(value).flatMap(([key, inner]) =>
      walk(inner, (wanted as Record<string, unknown>)[key], [...path, Array.isArray(value) ? Number(key) : key]),
    )
  }
  return walk(data, right, [])
}

/** The places of errors at which there is something. */
export function misplaced({ data, errors = [] }: Seen): Path[] {
  return errors.flatMap(({ path }) => (path && valueAt(data, path) !== null ? [path] : []))
}

/** What lies there, or the null on the way. */
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
