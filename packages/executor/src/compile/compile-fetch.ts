import { asGraphQLError } from '../lib/as-graphql-error.ts'
import { isObject } from '../lib/own-property.ts'
import type { FetchTask } from '../plan/plan-tasks.ts'
import { responseNamesOf } from '../plan/write-conflicts.ts'
import { compileTargets } from '../run/collect-targets.ts'
import type { ResultObject, Run, Step } from '../run/execution.ts'
import { keepErrors } from '../run/keep-errors.ts'
import { mergeIntoAll } from '../run/merge.ts'
import { noteMissing } from '../run/missing-fields.ts'
import { compileRewrites } from '../run/rewrites.ts'
import type { CompilingPlan } from './plan-context.ts'
import { compileBody } from './request-body.ts'

/** Compiles a fetch of root fields. Whatever goes wrong in it becomes errors of the run, and the rest goes on. */
export function compileFetch(compiling: CompilingPlan, task: FetchTask): Step {
  const { fetch, path } = task
  const send = compiling.sendTo(fetch.serviceName)
  const rewrite = compileRewrites(compiling.schema, fetch.outputRewrites)
  const bodyOf = compileBody(fetch)
  const collect = compileTargets(path)
  const isPart = compiling.isPartOf(task)
  const conflicts = compiling.conflictsOf(task)
  const names = responseNamesOf(fetch)
  const fetchRoot = async (run: Run, targets: readonly ResultObject[]): Promise<void> => {
    try {
      const answer = await send(bodyOf(run.variables, null), run.context)
      const { data, errors } = answer
      if (errors) keepErrors({ fetch, paths: [path], names }, run, { errors, missing: isObject(data) ? [] : targets })
      if (!isObject(data)) return
      rewrite?.(data)
      mergeIntoAll(run, targets, { source: data, conflicts })
    } catch (error) {
      noteMissing(run, targets, { names, error: asGraphQLError(error), isTold: false })
    }
  }
  return (run) => {
    const targets = isPart(run) ? collect(run) : []
    return targets.length > 0 ? fetchRoot(run, targets) : undefined
  }
}
