import { findUnexplainedNulls } from '../unexplained-nulls.ts'
import type { ClientResult, World } from '../world.ts'
import { executeAsMonolith } from './execute-as-monolith.ts'
import type { Model } from './model.ts'
import type { Query } from './query.ts'

/**
 * How a result compares with the monolith's. `equal`: the same data, and errors in both or neither. `refused`: all missing data has an
 * error at its path, or the operation failed as a whole. `wrong`: everything else.
 */
export interface Verdict {
  kind: 'equal' | 'refused' | 'wrong'
  ours: ClientResult
  right: ClientResult
}

/** Executes an operation and judges the result. */
export async function judge(graph: { world: World; model: Model }, { text, variables }: Query): Promise<Verdict> {
  const right = await executeAsMonolith({ schema: graph.world.schema, model: graph.model }, text, variables)
  const ours = await executeCompiled(graph.world, { text, variables })
  return { kind: kindOf(ours, right), ours, right }
}

/** The result of an operation that cannot be planned is its error. */
async function executeCompiled(world: World, { text, variables }: Query): Promise<ClientResult> {
  try {
    return await world.compiled(text, { variables })
  } catch (error) {
    return { errors: [{ message: String(error) }] }
  } finally {
    world.requests()
  }
}

function kindOf(ours: ClientResult, right: ClientResult): Verdict['kind'] {
  if (JSON.stringify(ours.data) === JSON.stringify(right.data)) return right.errors && !ours.errors ? 'wrong' : 'equal'
  if (ours.data === undefined) return 'refused'
  return isRightExceptNulls(ours.data, right.data) && findUnexplainedNulls(ours, right.data).length === 0
    ? 'refused'
    : 'wrong'
}

/** Whether a value equals the expected one except for nulls. */
function isRightExceptNulls(value: unknown, right: unknown): boolean {
  if (value === null || value === right) return true
  if (typeof value !== 'object' || typeof right !== 'object' || right === null) return false
  const entries = Object.entries(value)
  if (entries.length !== Object.keys(right).length) return false
  return entries.every(([key, inner]) => isRightExceptNulls(inner, (right as Record<string, unknown>)[key]))
}
