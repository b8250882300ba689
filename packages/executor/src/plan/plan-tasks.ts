import type { FetchNode, PlanNode } from '@apollo/query-planner'
import type { Path } from '../run/execution.ts'

/** A fetch of a plan and its dependencies. */
export interface FetchTask {
  fetch: FetchNode
  path: Path
  /** The variables of the enclosing `Condition` nodes, with the values that they must have. */
  conditions: readonly { variable: string; isTrue: boolean }[]
  after: ReadonlySet<FetchTask>
  /** One more than the highest step of its dependencies. */
  step: number
}

type TaskContext = Pick<FetchTask, 'path' | 'conditions' | 'after'>

/** The fetches of a plan, each after its dependencies. @throws Error for `Defer` nodes, which the planner is not configured to create */
export function collectTasks(root: PlanNode): FetchTask[] {
  const tasks: FetchTask[] = []
  collectNode(tasks, root, { path: [], conditions: [], after: new Set() })
  return tasks
}

/** Collects the tasks of a node. Returns those that the next node of a sequence must wait for. */
function collectNode(tasks: FetchTask[], node: PlanNode, context: TaskContext): ReadonlySet<FetchTask> {
  switch (node.kind) {
    case 'Fetch':
      return new Set([addTask(tasks, node, context)])
    case 'Flatten':
      return collectNode(tasks, node.node, { ...context, path: [...context.path, ...node.path] })
    case 'Sequence':
      return node.nodes.reduce<ReadonlySet<FetchTask>>(
        (after, child) => collectNode(tasks, child, { ...context, after }),
        context.after,
      )
    case 'Parallel':
      return collectParallel(tasks, node.nodes, context)
    case 'Condition': {
      const branch = (child: PlanNode, isTrue: boolean) =>
        collectNode(tasks, child, {
          ...context,
          conditions: [...context.conditions, { variable: node.condition, isTrue }],
        })
      const ends = [
        ...(node.ifClause ? [branch(node.ifClause, true)] : []),
        ...(node.elseClause ? [branch(node.elseClause, false)] : []),
      ]
      return ends.length === 0 ? context.after : new Set(ends.flatMap((end) => [...end]))
    }
    case 'Defer':
      throw new Error('@defer is not supported')
  }
}

function collectParallel(tasks: FetchTask[], nodes: readonly PlanNode[], context: TaskContext): ReadonlySet<FetchTask> {
  if (nodes.length === 0) return context.after
  return new Set(nodes.flatMap((child) => [...collectNode(tasks, child, context)]))
}

function addTask(tasks: FetchTask[], fetch: FetchNode, context: TaskContext): FetchTask {
  const step = 1 + Math.max(0, ...[...context.after].map((task) => task.step))
  const task = { fetch, ...context, step }
  tasks.push(task)
  return task
}
