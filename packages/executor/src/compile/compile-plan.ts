import type { PlanNode } from '@apollo/query-planner'
import { getOwnProperty } from '../lib/own-property.ts'
import { equalityKey, mergeTasks, type SubgraphRequest } from '../plan/merge-tasks.ts'
import { collectTasks, type FetchTask } from '../plan/plan-tasks.ts'
import { findShareable, findUniform, findWriteConflicts } from '../plan/write-conflicts.ts'
import type { Execution, Step } from '../run/execution.ts'
import { runInOrder } from '../run/run-in-order.ts'
import { compileEntities } from './compile-entities.ts'
import { compileFetch } from './compile-fetch.ts'
import type { FetchContext, PlanContext } from './plan-context.ts'

/** Compiles a query plan into one step. @throws Error for `Defer` nodes, which the planner is not configured to create */
export function compilePlan(planContext: PlanContext, root: PlanNode | undefined): Step {
  if (!root) return () => undefined
  const shareable = findShareable(root)
  const conflicts = findWriteConflicts(root)
  const uniform = findUniform(root)
  const requests = mergeTasks(collectTasks(root), ({ fetch }) => shareable.has(fetch))
  const context: FetchContext = {
    ...planContext,
    conflictsOf: ({ fetch }) => conflicts.get(fetch) ?? 'all',
    isUniform: ({ fetch }) => uniform.has(fetch),
    dedupeKeyOf: dedupeKeys(requests),
    isActive: (task) => compileIsActive(planContext, task),
  }
  return runInOrder(
    requests.map((request) => ({
      step: compileRequest(context, request),
      after: [...request.after].map((other) => requests.indexOf(other)),
    })),
  )
}

function compileRequest(context: FetchContext, request: SubgraphRequest): Step {
  const [task] = request.parts.flat()
  return task && !task.fetch.requires ? compileFetch(context, task) : compileEntities(context, request)
}

/** Equal fetches of a query share their entities. Those of a mutation do not: data may change in between. */
function dedupeKeys(requests: readonly SubgraphRequest[]): FetchContext['dedupeKeyOf'] {
  const tasks = requests.flatMap(({ parts }) => parts.flatMap(([task]) => task ?? []))
  const isMutation = tasks.some(({ fetch }) => fetch.operationKind === 'mutation')
  const counts = new Map<string, number>()
  for (const { fetch } of tasks) counts.set(equalityKey(fetch), (counts.get(equalityKey(fetch)) ?? 0) + 1)
  return ({ fetch }) => {
    const key = equalityKey(fetch)
    return !isMutation && (counts.get(key) ?? 0) > 1 ? key : null
  }
}

const alwaysActive = () => true

function compileIsActive({ defaults }: PlanContext, { conditions }: FetchTask): (execution: Execution) => boolean {
  if (conditions.length === 0) return alwaysActive
  return ({ variables }) =>
    conditions.every(({ variable, isTrue }) => {
      const given = getOwnProperty(variables as Record<string, unknown>, variable)
      return ((given === undefined ? defaults[variable] : given) === true) === isTrue
    })
}
