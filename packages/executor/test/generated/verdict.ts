import { unexplained } from '../explained.ts'
import type { Seen, World } from '../world.ts'
import type { Model } from './model.ts'
import { answerAsOne } from './monolith.ts'
import type { Query } from './query.ts'

/**
 * How an answer compares with that of one service that holds all of the graph. `equal`: the same data, and errors where there are some.
 * `refused`: what is missing has an error at its place, or there is no answer at all. `wrong` is everything else.
 */
export interface Verdict {
  kind: 'equal' | 'refused' | 'wrong'
  ours: Seen
  right: Seen
}

/** Runs an operation and judges the answer. */
export async function judge(graph: { world: World; model: Model }, { text, variables }: Query): Promise<Verdict> {
  const right = await answerAsOne({ schema: graph.world.schema, model: graph.model }, text, variables)
  const ours = await answerOf(graph.world, { text, variables })
  return { kind: kindOf(ours, right), ours, right }
}

/** An operation that cannot be planned is answered by its error alone. */
async function answerOf(world: World, { text, variables }: Query): Promise<Seen> {
  try {
    return await world.compiled(text, { variables })
  } catch (error) {
    return { errors: [{ message: String(error) }] }
  } finally {
    world.asked()
  }
}

function kindOf(ours: Seen, right: Seen): Verdict['kind'] {
  if (JSON.stringify(ours.data) === JSON.stringify(right.data)) return right.errors && !ours.errors ? 'wrong' : 'equal'
  if (ours.data === undefined) return 'refused'
  return isWithin(ours.data, right.data) && unexplained(ours, right.data).length === 0 ? 'refused' : 'wrong'
}

/** Whether an answer is the right one but for what is null. */
function isWithin(value: unknown, right: unknown): boolean {
  if (value === null || value === right) return true
  if (typeof value !== 'object' || typeof right !== 'object' || right === null) return false
  const entries = Object.entries(value)
  if (entries.length !== Object.keys(right).length) return false
  return entries.every(([key, inner]) => isWithin(inner, (right as Record<string, unknown>)[key]))
}
