import type { QueryPlan } from '@apollo/query-planner'
import { parse } from 'graphql'
import { entityFieldsOf } from './entity-fields.ts'
import { misplacedIn } from './misplaced-fetches.ts'
import { type Names, needKey } from './requirements.ts'
import { fetchesAt } from './write-conflicts.ts'

/** Whether any fetch of a plan asks for a field that requires something else, or for what it requires. */
export function isRequiring(node: QueryPlan['node'], { needs, reach }: Pick<Names, 'needs' | 'reach'>): boolean {
  const root = node?.kind === 'Subscription' ? node.rest : node
  if (!root || needs.fields.size === 0) return false
  return fetchesAt(root).some(({ fetch, path }) => {
    const { requires, operation, serviceName } = fetch
    const fields = requires ? entityFieldsOf(parse(operation, { noLocation: true })) : []
    const isAnyRequiring = fields.some(({ type, name }) => needs.fields.has(needKey(serviceName, type, name)))
    return isAnyRequiring || misplacedIn({ fetch, path }, reach).length > 0
  })
}
