import type { GraphQLSchema } from 'graphql'
import type { FetchTask } from '../plan/plan-tasks.ts'
import type { Execution, Send } from '../run/execution.ts'
import type { WriteConflicts } from '../run/merge.ts'

/** The schema, transport and variable defaults that a plan is compiled with. */
export interface PlanContext {
  /** The full schema of the supergraph. */
  schema: GraphQLSchema
  sendTo: (subgraph: string) => Send
  /** The default values of the operation's variables. */
  defaults: Readonly<Record<string, unknown>>
}

/** The analysis of a plan that its fetches are compiled with. */
export interface FetchContext extends PlanContext {
  conflictsOf: (task: FetchTask) => WriteConflicts
  /** Whether targets with equal representations are equal objects. */
  isUniform: (task: FetchTask) => boolean
  /** Equal for equal fetches in different parts of the plan; null when a fetch has no equal. */
  dedupeKeyOf: (task: FetchTask) => string | null
  /** Whether the conditions of a task hold in an execution. */
  isActive: (task: FetchTask) => (execution: Execution) => boolean
}
