import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'

/** A change that breaks a client which was written for the released schema. */
export interface BreakingChange {
  /** What is changed: `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE`. */
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

/** Those that the first section of a changelog does not name: each as a code span with its path. */
export function unannounced(changes: readonly BreakingChange[], changelog: string): BreakingChange[] {
  const [, unreleased = ''] = changelog.split(/^## /m)
  const named = new Set([...unreleased.matchAll(/`([^`]+)`/g)].map((match) => match[1]))
  return changes.filter(({ path }) => !named.has(path))
}
