import { isInGroup, type Viewer } from '@tikitu/kit/auth/viewer'
import { GraphQLError } from 'graphql'

export interface CostLimits {
  /** How long a list is taken to be of which the schema says nothing. */
  listSize: number
  /** What one operation may cost at most, by who asks. */
  budgets: { anonymous: number; user: number; staff: number }
  /** Whether answers say in `extensions.cost` what was estimated. */
  isReported: boolean
}

/** What an operation was estimated to cost, and what it might have; in the end also what its answer came to. */
export interface Cost {
  estimated: number
  max: number
  actual?: number
}

/** @throws GraphQLError OPERATION_TOO_EXPENSIVE when the operation is beyond what this caller may spend on one */
export function checkCost({ budgets }: CostLimits, viewer: Viewer, estimated: number): Cost {
  const max = viewer.kind !== 'user' ? budgets.anonymous : isInGroup(viewer, 'admin') ? budgets.staff : budgets.user
  const cost = { estimated, max }
  if (estimated <= max) return cost
  throw new GraphQLError(
    `The query costs ${estimated}, more than the limit of ${max}. Request shorter lists or fewer fields.`,
    {
      extensions: { code: 'OPERATION_TOO_EXPENSIVE', cost, http: { status: 400 } },
    },
  )
}
