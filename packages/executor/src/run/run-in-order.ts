import type { Run, Step } from './execution.ts'

/** A step, and the places of those that must be over before it begins. */
export interface OrderedStep {
  step: Step
  after: readonly number[]
}

/** Compiles steps into one, in which each begins as soon as those before it are over. */
export function inOrder(steps: readonly OrderedStep[]): Step {
  const [only] = steps
  if (only && steps.length === 1) return only.step
  const dependents = steps.map((_, index) =>
    steps.flatMap(({ after }, other) => (after.includes(index) ? [other] : [])),
  )
  const counts = steps.map(({ after }) => after.length)
  const first = counts.flatMap((count, index) => (count === 0 ? [index] : []))
  if (first.length === 0) return () => undefined
  return (run) =>
    new Promise((resolve, reject) => {
      const ordering: Ordering = { steps, dependents, waiting: counts.slice(), left: steps.length, resolve, reject }
      for (const index of first) begin(ordering, run, index)
    })
}

interface Ordering {
  steps: readonly OrderedStep[]
  /** For each step those that wait for it. */
  dependents: readonly (readonly number[])[]
  /** For each step how many it still waits for. */
  waiting: number[]
  left: number
  resolve: () => void
  reject: (error: unknown) => void
}

function begin(ordering: Ordering, run: Run, index: number): void {
  const started = ordering.steps[index]?.step(run)
  if (started) started.then(() => finish(ordering, run, index)).catch(ordering.reject)
  else finish(ordering, run, index)
}

function finish(ordering: Ordering, run: Run, index: number): void {
  ordering.left--
  if (ordering.left === 0) return ordering.resolve()
  for (const dependent of ordering.dependents[index] ?? []) {
    const left = (ordering.waiting[dependent] ?? 0) - 1
    ordering.waiting[dependent] = left
    if (left === 0) begin(ordering, run, dependent)
  }
}
