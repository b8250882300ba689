import { asGraphQLError } from '../errors/as-graphql-error.ts'
import { compileTargets } from './collect-targets.ts'
import type { CompilingPlan } from './compile-plan.ts'
import { fetchError } from './fetch-error.ts'
import { mergeIntoAll } from './merge.ts'
import { isObject } from './own.ts'
import type { FetchTask } from './plan-tasks.ts'
import { compileBody } from './request-body.ts'
import { compileRewrites } from './rewrites.ts'
import type { Path, ResultObject, Run, Step, SubgraphAnswer } from './run.ts'

/** Compiles a fetch of root fields. Whatever goes wrong in it becomes errors of the run, and the rest goes on. */
export function compileFetch(compiling: CompilingPlan, task: FetchTask): Step {
  const { fetch, path } = task
  const send = compiling.sendTo(fetch.serviceName)
  const rewrite = compileRewrites(compiling.schema, fetch.outputRewrites)
  const bodyOf = compileBody(fetch)
  const collect = compileTargets(path)
  const isPart = compiling.isPartOf(task)
  const contended = compiling.contendedBy(task)
  const fetchRoot = async (run: Run, targets: readonly ResultObject[]): Promise<void> => {
    try {
      const answer = await send(bodyOf(run.variables, null), run.context)
      if (answer.errors) keepErrors(task, run, answer)
      if (!isObject(answer.data)) return
      rewrite?.(answer.data)
      mergeIntoAll(run, targets, { source: answer.data, contended })
    } catch (error) {
      run.errors.push(asGraphQLError(error))
    }
  }
  return (run) => {
    const targets = isPart(run) ? collect(run) : []
    return targets.length > 0 ? fetchRoot(run, targets) : undefined
  }
}

function keepErrors({ fetch, path }: FetchTask, run: Run, { errors = [] }: SubgraphAnswer): void {
  for (const error of errors) {
    const place = error.path && [...withoutLists(path), ...error.path]
    run.errors.push(fetchError(error, fetch.serviceName, place))
  }
}

/** As much of a path as is known of all that it leads to. */
export function withoutLists(path: Path): Path {
  const list = path.indexOf('@')
  return list === -1 ? path : path.slice(0, list)
}
