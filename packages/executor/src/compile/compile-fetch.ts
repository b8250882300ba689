import { asGraphQLError } from '../lib/as-graphql-error.ts'
import { isObject } from '../lib/own-property.ts'
import type { FetchTask } from '../plan/plan-tasks.ts'
import { responseNamesOf } from '../plan/write-conflicts.ts'
import { compileTargets } from '../run/collect-targets.ts'
import type { Execution, ResultObject, Step } from '../run/execution.ts'
import { mergeIntoAll } from '../run/merge.ts'
import { addMissing } from '../run/missing-fields.ts'
import { recordErrors } from '../run/record-errors.ts'
import { compileRewrites } from '../run/rewrites.ts'
import type { FetchContext } from './plan-context.ts'
import { compileBody } from './request-body.ts'

/** Compiles a fetch of root fields. It never rejects: failures become errors of the execution. */
export function compileFetch(context: FetchContext, task: FetchTask): Step {
  const { fetch, path } = task
  const send = context.sendTo(fetch.serviceName)
  const rewrite = compileRewrites(context.schema, fetch.outputRewrites)
  const bodyOf = compileBody(fetch)
  const collect = compileTargets(path)
  const isActive = context.isActive(task)
  const conflicts = context.conflictsOf(task)
  const names = responseNamesOf(fetch)
  const fetchRoot = async (execution: Execution, targets: readonly ResultObject[]): Promise<void> => {
    try {
      const response = await send(bodyOf(execution.variables, null), execution.context)
      const { data, errors } = response
      if (errors)
        recordErrors({ fetch, paths: [path], names }, execution, { errors, missing: isObject(data) ? [] : targets })
      if (!isObject(data)) return
      rewrite?.(data)
      mergeIntoAll(execution, targets, { source: data, conflicts })
    } catch (error) {
      addMissing(execution, targets, { names, error: asGraphQLError(error), isReported: false })
    }
  }
  return (execution) => {
    const targets = isActive(execution) ? collect(execution) : []
    return targets.length > 0 ? fetchRoot(execution, targets) : undefined
  }
}
