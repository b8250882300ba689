import type { GraphQLSchema } from 'graphql'
import type { FetchTask } from '../plan/plan-tasks.ts'
import type { Run, Send } from '../run/execution.ts'
import type { WriteConflicts } from '../run/merge.ts'

/** What a plan is compiled for. */
export interface PlanSurroundings {
  /** The supergraph's schema, with what clients do not see. */
  schema: GraphQLSchema
  sendTo: (subgraph: string) => Send
  /** The operation's variables that have a default value. */
  defaults: Readonly<Record<string, unknown>>
}

/** A plan that is being compiled. */
export interface CompilingPlan extends PlanSurroundings {
  conflictsOf: (task: FetchTask) => WriteConflicts
  /** Whether equal objects that a task is for are alike in all. */
  isUniform: (task: FetchTask) => boolean
  /** The name by which equal fetches of the plan are known that are not one part of a request; null when there are none. */
  equalNameOf: (task: FetchTask) => string | null
  /** Whether a run's variables are such that a task is part of it. */
  isPartOf: (task: FetchTask) => (run: Run) => boolean
}
