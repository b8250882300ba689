import type { QueryPlan } from '@apollo/query-planner'
import { parse } from 'graphql'
import { entityFieldsOf } from './entity-fields.ts'
import { findMisplacedFields } from './misplaced-fields.ts'
import { type QueryGraphInfo, requirementKey } from './requirements.ts'
import { locateFetches } from './write-conflicts.ts'

/** Whether any fetch of a plan selects a field with `@requires`, or a field in the wrong subgraph because of one. */
export function hasRequirements(
  node: QueryPlan['node'],
  { requirements, queryGraph }: Pick<QueryGraphInfo, 'requirements' | 'queryGraph'>,
): boolean {
  const root = node?.kind === 'Subscription' ? node.rest : node
  if (!root || requirements.fields.size === 0) return false
  return locateFetches(root).some(({ fetch, path }) => {
    const { requires, operation, serviceName } = fetch
    const fields = requires ? entityFieldsOf(parse(operation, { noLocation: true })) : []
    const hasRequiringField = fields.some(({ type, name }) =>
      requirements.fields.has(requirementKey(serviceName, type, name)),
    )
    return hasRequiringField || findMisplacedFields({ fetch, path }, queryGraph).length > 0
  })
}
