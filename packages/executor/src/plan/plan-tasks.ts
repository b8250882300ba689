import type { FetchNode, PlanNode } from '@apollo/query-planner'
import type { Path } from '../run/execution.ts'

/** A fetch of a plan, and what must be over before it begins. */
export interface FetchTask {
  fetch: FetchNode
  path: Path
  /** The variables of the `Condition` nodes around it, and what each must be. */
  conditions: readonly { variable: string; isTrue: boolean }[]
  after: ReadonlySet<FetchTask>
  /** One more than the highest step of what it waits for. */
  step: number
}

type Place = Pick<FetchTask, 'path' | 'conditions' | 'after'>

/** The fetches of a plan, each behind those that it waits for. @throws for `Defer`, which the planner is not told to plan */
export function tasksIn(root: PlanNode): FetchTask[] {
  const tasks: FetchTask[] = []
  collect(tasks, root, { path: [], conditions: [], after: new Set() })
  return tasks
}

/** Collects the tasks of a node, and gives those that whatever comes after the node waits for. */
function collect(tasks: FetchTask[], node: PlanNode, place: Place): ReadonlySet<FetchTask> {
  switch (node.kind) {
    case 'Fetch':
      return new Set([addTask(tasks, node, place)])
    case 'Flatten':
      return collect(tasks, node.node, { ...place, path: [...place.path, ...node.path] })
    case 'Sequence':
      return node.nodes.reduce<ReadonlySet<FetchTask>>(
        (after, child) => collect(tasks, child, { ...place, after }),
        place.after,
      )
    case 'Parallel':
      return atOnce(tasks, node.nodes, place)
    case 'Condition': {
      const branch = (child: PlanNode, isTrue: boolean) =>
        collect(tasks, child, { ...place, conditions: [...place.conditions, { variable: node.condition, isTrue }] })
      const ends = [
        ...(node.ifClause ? [branch(node.ifClause, true)] : []),
        ...(node.elseClause ? [branch(node.elseClause, false)] : []),
      ]
      return ends.length === 0 ? place.after : new Set(ends.flatMap((end) => [...end]))
    }
    case 'Defer':
      throw new Error('@defer is not supported')
  }
}

function atOnce(tasks: FetchTask[], nodes: readonly PlanNode[], place: Place): ReadonlySet<FetchTask> {
  if (nodes.length === 0) return place.after
  return new Set(nodes.flatMap((child) => [...collect(tasks, child, place)]))
}

function addTask(tasks: FetchTask[], fetch: FetchNode, place: Place): FetchTask {
  const step = 1 + Math.max(0, ...[...place.after].map((task) => task.step))
  const task = { fetch, ...place, step }
  tasks.push(task)
  return task
}
