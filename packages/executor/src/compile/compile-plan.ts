import type { PlanNode } from '@apollo/query-planner'
import { getOwnProperty } from '../lib/own-property.ts'
import { equalityKey, mergeTasks, type SubgraphRequest } from '../plan/merge-tasks.ts'
import { collectTasks, type FetchTask } from '../plan/plan-tasks.ts'
import { findShareable, findUniform, findWriteConflicts } from '../plan/write-conflicts.ts'
import type { Run, Step } from '../run/execution.ts'
import { inOrder } from '../run/run-in-order.ts'
import { compileEntities } from './compile-entities.ts'
import { compileFetch } from './compile-fetch.ts'
import type { CompilingPlan, PlanSurroundings } from './plan-context.ts'

/** Compiles what the planner planned into one step. @throws for `Defer`, which the planner is not told to plan */
export function compilePlan(surroundings: PlanSurroundings, root: PlanNode | undefined): Step {
  if (!root) return () => undefined
  const closed = findShareable(root)
  const conflicts = findWriteConflicts(root)
  const uniform = findUniform(root)
  const requests = mergeTasks(collectTasks(root), ({ fetch }) => closed.has(fetch))
  const compiling: CompilingPlan = {
    ...surroundings,
    conflictsOf: ({ fetch }) => conflicts.get(fetch) ?? 'all',
    isUniform: ({ fetch }) => uniform.has(fetch),
    equalNameOf: equalNames(requests),
    isPartOf: (task) => compileConditions(surroundings, task),
  }
  return inOrder(
    requests.map((request) => ({
      step: compileRequest(compiling, request),
      after: [...request.after].map((other) => requests.indexOf(other)),
    })),
  )
}

function compileRequest(compiling: CompilingPlan, request: SubgraphRequest): Step {
  const [task] = request.parts.flat()
  return task && !task.fetch.requires ? compileFetch(compiling, task) : compileEntities(compiling, request)
}

/** What is fetched between two fetches of one run changes nothing, unless the operation does. */
function equalNames(requests: readonly SubgraphRequest[]): CompilingPlan['equalNameOf'] {
  const tasks = requests.flatMap(({ parts }) => parts.flatMap(([task]) => task ?? []))
  const isChanging = tasks.some(({ fetch }) => fetch.operationKind === 'mutation')
  const counts = new Map<string, number>()
  for (const { fetch } of tasks) counts.set(equalityKey(fetch), (counts.get(equalityKey(fetch)) ?? 0) + 1)
  return ({ fetch }) => {
    const key = equalityKey(fetch)
    return !isChanging && (counts.get(key) ?? 0) > 1 ? key : null
  }
}

const always = () => true

function compileConditions({ defaults }: PlanSurroundings, { conditions }: FetchTask): (run: Run) => boolean {
  if (conditions.length === 0) return always
  return ({ variables }) =>
    conditions.every(({ variable, isTrue }) => {
      const given = getOwnProperty(variables as Record<string, unknown>, variable)
      return ((given === undefined ? defaults[variable] : given) === true) === isTrue
    })
}
