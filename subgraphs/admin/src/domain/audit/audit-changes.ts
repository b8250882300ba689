/** A value that an action changed, or recorded with the change. */
export interface AuditChange {
  path: string
  before: unknown
  after: unknown
}

/**
 * What an entry recorded as changes, one each, sorted by path. `{ status: { from, to } }` has a value before and after; whatever else
 * is recorded has one after.
 */
export function auditChanges(recorded: unknown): AuditChange[] {
  return Object.entries(recorded as Record<string, unknown>)
    .map(([path, value]) => ({ path, ...beforeAndAfter(value) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function beforeAndAfter(value: unknown): Omit<AuditChange, 'path'> {
  if (isPair(value)) return { before: value.from ?? null, after: value.to ?? null }
  return { before: null, after: value ?? null }
}

function isPair(value: unknown): value is { from?: unknown; to?: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => key === 'from' || key === 'to')
}
