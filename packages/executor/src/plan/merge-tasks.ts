import type { FetchTask } from './plan-tasks.ts'
import type { PartialFetch } from './split-by-requirements.ts'

/** One request to a subgraph. */
export interface SubgraphRequest {
  subgraph: string
  /** Groups of equal fetches for different paths. More than one group means entity fetches that become one document. */
  parts: FetchTask[][]
  /** The requests that must finish first. */
  after: ReadonlySet<SubgraphRequest>
}

interface TaskGroup {
  tasks: FetchTask[]
  step: number
}

/**
 * Merges tasks into requests. Entity fetches to one subgraph in one step become one request, which waits for the dependencies of all
 * of them. In mutations nothing is merged, so that each mutation field reads the state right after it.
 */
export function mergeTasks(tasks: readonly FetchTask[], isShareable: (task: FetchTask) => boolean): SubgraphRequest[] {
  const isMutation = tasks.some(({ fetch }) => fetch.operationKind === 'mutation')
  const groups = isMutation ? tasks.map((task) => ({ tasks: [task], step: task.step })) : groupByStep(tasks)
  const requests = new Map<FetchTask, SubgraphRequest & { after: Set<SubgraphRequest> }>()
  for (const { tasks: merged } of groups.toSorted((a, b) => a.step - b.step)) {
    const dependencies = merged.flatMap(({ after }) => [...after]).flatMap((task) => requests.get(task) ?? [])
    const subgraph = merged[0]?.fetch.serviceName ?? ''
    const request = { subgraph, parts: groupEqualTasks(merged, isShareable), after: new Set(dependencies) }
    for (const task of merged) requests.set(task, request)
  }
  return [...new Set(requests.values())]
}

function groupByStep(tasks: readonly FetchTask[]): TaskGroup[] {
  const groups = new Map<unknown, TaskGroup>()
  for (const task of tasks) {
    const key = task.fetch.requires ? `${task.step} ${task.fetch.serviceName}` : task
    const group = groups.get(key)
    if (group) group.tasks.push(task)
    else groups.set(key, { tasks: [task], step: task.step })
  }
  const awaited = new Set(tasks.flatMap(({ after }) => [...after]))
  const remaining: TaskGroup[] = []
  for (const group of [...groups.values()].toSorted((a, b) => b.step - a.step))
    if (!joinLater(remaining, group, awaited)) remaining.push(group)
  return remaining
}

/**
 * Merges a group that nothing waits for into a later one for the same paths and subgraph. The planner fetches fields with `@requires`
 * separately from the others; merged, they take one request.
 */
function joinLater(later: readonly TaskGroup[], { tasks, step }: TaskGroup, awaited: ReadonlySet<FetchTask>): boolean {
  if (tasks.some((task) => !task.fetch.requires || awaited.has(task))) return false
  const joined = later.find((other) => other.step > step && tasks.every((task) => other.tasks.some(isAtSamePath(task))))
  joined?.tasks.unshift(...tasks)
  return joined !== undefined
}

function isAtSamePath({ fetch, path }: FetchTask): (other: FetchTask) => boolean {
  return (other) =>
    other.fetch.requires !== undefined &&
    other.fetch.serviceName === fetch.serviceName &&
    other.path.join('.') === path.join('.')
}

function groupEqualTasks(tasks: readonly FetchTask[], isShareable: (task: FetchTask) => boolean): FetchTask[][] {
  return [...Map.groupBy(tasks, (task) => (isShareable(task) ? equalityKey(task.fetch) : task)).values()]
}

/** Equal for fetches with the same operation and representations, except for the operation name, which the planner makes unique. */
export function equalityKey(fetch: PartialFetch): string {
  const { serviceName, operation, operationName, requires, variableUsages, inputRewrites, outputRewrites } = fetch
  const { requiredNames, preferred } = fetch
  const text = operationName === undefined ? operation : operation.replace(operationName, '')
  return JSON.stringify([
    serviceName,
    text,
    requires,
    variableUsages,
    inputRewrites,
    outputRewrites,
    requiredNames,
    preferred,
  ])
}
