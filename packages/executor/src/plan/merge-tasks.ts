import type { PartialFetch } from './partly-required.ts'
import type { FetchTask } from './plan-tasks.ts'

/** One request to a subgraph. */
export interface PlannedRequest {
  subgraph: string
  /** Its fetches; equal ones of several paths are one part. Several parts are fetches of entities, and become one document. */
  parts: FetchTask[][]
  /** The requests that must be over before it begins. */
  after: ReadonlySet<PlannedRequest>
}

interface Group {
  tasks: FetchTask[]
  step: number
}

/**
 * The requests that tasks become. Fetches of entities from one subgraph at one step are one request, which waits for what any of them
 * waits for; in what changes something, each fetch is a request of its own, as what is read must not be read later.
 */
export function mergeTasks(tasks: readonly FetchTask[], isClosed: (task: FetchTask) => boolean): PlannedRequest[] {
  const isChanging = tasks.some(({ fetch }) => fetch.operationKind === 'mutation')
  const groups = isChanging ? tasks.map((task) => ({ tasks: [task], step: task.step })) : groupByStep(tasks)
  const requests = new Map<FetchTask, PlannedRequest & { after: Set<PlannedRequest> }>()
  for (const { tasks: merged } of groups.toSorted((a, b) => a.step - b.step)) {
    const waitsFor = merged.flatMap(({ after }) => [...after]).flatMap((task) => requests.get(task) ?? [])
    const subgraph = merged[0]?.fetch.serviceName ?? ''
    const request = { subgraph, parts: partsOf(merged, isClosed), after: new Set(waitsFor) }
    for (const task of merged) requests.set(task, request)
  }
  return [...new Set(requests.values())]
}

function groupByStep(tasks: readonly FetchTask[]): Group[] {
  const groups = new Map<unknown, Group>()
  for (const task of tasks) {
    const key = task.fetch.requires ? `${task.step} ${task.fetch.serviceName}` : task
    const group = groups.get(key)
    if (group) group.tasks.push(task)
    else groups.set(key, { tasks: [task], step: task.step })
  }
  const awaited = new Set(tasks.flatMap(({ after }) => [...after]))
  const kept: Group[] = []
  for (const group of [...groups.values()].toSorted((a, b) => b.step - a.step))
    if (!joinLater(kept, group, awaited)) kept.push(group)
  return kept
}

/**
 * Joins a group that nothing waits for with a later one for the same objects of the same subgraph. The planner asks for a field that
 * requires others apart from those that do not; so the subgraph is asked once for each object.
 */
function joinLater(later: readonly Group[], { tasks, step }: Group, awaited: ReadonlySet<FetchTask>): boolean {
  if (tasks.some((task) => !task.fetch.requires || awaited.has(task))) return false
  const joined = later.find((other) => other.step > step && tasks.every((task) => other.tasks.some(isBeside(task))))
  joined?.tasks.unshift(...tasks)
  return joined !== undefined
}

function isBeside({ fetch, path }: FetchTask): (other: FetchTask) => boolean {
  return (other) =>
    other.fetch.requires !== undefined &&
    other.fetch.serviceName === fetch.serviceName &&
    other.path.join('.') === path.join('.')
}

function partsOf(tasks: readonly FetchTask[], isClosed: (task: FetchTask) => boolean): FetchTask[][] {
  return [...Map.groupBy(tasks, (task) => (isClosed(task) ? equalityKey(task.fetch) : task)).values()]
}

/** Equal for fetches that send the same text about the same representations. The planner gives each operation a name of its own. */
export function equalityKey(fetch: PartialFetch): string {
  const { serviceName, operation, operationName, requires, variableUsages, inputRewrites, outputRewrites } = fetch
  const { demands, unless } = fetch
  const text = operationName === undefined ? operation : operation.replace(operationName, '')
  return JSON.stringify([serviceName, text, requires, variableUsages, inputRewrites, outputRewrites, demands, unless])
}
