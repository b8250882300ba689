import { isInGroup, type Viewer } from '@tikitu/kit/auth/viewer'
import { GraphQLError } from 'graphql'

export interface CostLimits {
  /** The assumed length of lists without `@listSize`. */
  listSize: number
  /** The maximum cost of an operation, by kind of caller. */
  budgets: { anonymous: number; user: number; staff: number }
  /** Whether responses include the estimate in `extensions.cost`. */
  isReported: boolean
}

/** The estimated cost of an operation, its limit, and finally the actual cost of its response. */
export interface Cost {
  estimated: number
  max: number
  actual?: number
}

/** @throws GraphQLError OPERATION_TOO_EXPENSIVE when the operation exceeds the caller's limit */
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
