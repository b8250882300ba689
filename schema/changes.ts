import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'

/** A change that breaks clients of the released schema. */
export interface BreakingChange {
  /** The coordinate of the change: `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE`. */
  path: string
  message: string
}

/** The changes from one API schema to another that break clients, by path. */
export async function breakingChanges(released: string, current: string): Promise<BreakingChange[]> {
  const changes = await diff(buildSchema(released, { assumeValid: true }), buildSchema(current, { assumeValid: true }))
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ path = '', message }) => ({ path, message }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

/** The changes whose path is not a code span in the first section of the changelog. */
export function unannounced(changes: readonly BreakingChange[], changelog: string): BreakingChange[] {
  const [, unreleased = ''] = changelog.split(/^## /m)
  const named = new Set([...unreleased.matchAll(/`([^`]+)`/g)].map((match) => match[1]))
  return changes.filter(({ path }) => !named.has(path))
}
