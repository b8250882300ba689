import type { QueryPlan } from '@apollo/query-planner'
import { parse } from 'graphql'
import { entityFieldsOf } from './entity-fields.ts'
import { fetchesIn } from './find-contended.ts'
import { type Needs, needKey } from './needs.ts'

/** Whether any fetch of a plan asks for a field that requires something else. */
export function isRequiring(node: QueryPlan['node'], { fields }: Needs): boolean {
  const root = node?.kind === 'Subscription' ? node.rest : node
  if (!root || fields.size === 0) return false
  return fetchesIn(root).some(
    ({ requires, operation, serviceName }) =>
      requires !== undefined &&
      entityFieldsOf(parse(operation, { noLocation: true })).some(({ type, name }) =>
        fields.has(needKey(serviceName, type, name)),
      ),
  )
}
