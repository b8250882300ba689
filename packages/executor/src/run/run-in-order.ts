import type { Execution, Step } from './execution.ts'

/** A step and the indexes of the steps that must finish first. */
export interface OrderedStep {
  step: Step
  after: readonly number[]
}

/** Combines steps into one that starts each as soon as its dependencies have finished. */
export function runInOrder(steps: readonly OrderedStep[]): Step {
  const [only] = steps
  if (only && steps.length === 1) return only.step
  const dependents = steps.map((_, index) =>
    steps.flatMap(({ after }, other) => (after.includes(index) ? [other] : [])),
  )
  const counts = steps.map(({ after }) => after.length)
  const first = counts.flatMap((count, index) => (count === 0 ? [index] : []))
  if (first.length === 0) return () => undefined
  return (execution) =>
    new Promise((resolve, reject) => {
      const state: OrderState = { steps, dependents, waiting: counts.slice(), left: steps.length, resolve, reject }
      for (const index of first) start(state, execution, index)
    })
}

interface OrderState {
  steps: readonly OrderedStep[]
  /** The steps that wait for each step. */
  dependents: readonly (readonly number[])[]
  /** The number of unfinished dependencies of each step. */
  waiting: number[]
  left: number
  resolve: () => void
  reject: (error: unknown) => void
}

function start(state: OrderState, execution: Execution, index: number): void {
  const started = state.steps[index]?.step(execution)
  if (started) started.then(() => finish(state, execution, index)).catch(state.reject)
  else finish(state, execution, index)
}

function finish(state: OrderState, execution: Execution, index: number): void {
  state.left--
  if (state.left === 0) return state.resolve()
  for (const dependent of state.dependents[index] ?? []) {
    const left = (state.waiting[dependent] ?? 0) - 1
    state.waiting[dependent] = left
    if (left === 0) start(state, execution, dependent)
  }
}
