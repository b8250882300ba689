import { randomBytes } from 'node:crypto'
import type { FormattedExecutionResult } from 'graphql'
import type { RequestKey } from '../../auth/request-signatures.ts'
import type { Viewer } from '../../auth/viewer.ts'
import { newId } from '../../base/ids.ts'
import type { BaseCtx, Caller } from '../../context/context.ts'
import { refusedRequest } from '../../graphql/format-error.ts'
import { undeclaredRefusal } from '../../graphql/result-unions.ts'
import type { Subgraph } from '../../service/create-subgraph.ts'

/** A request key that nobody else has. */
export function testRequestKey(): RequestKey {
  return { id: 'test', secret: randomBytes(32) }
}

/**
 * Runs an operation on the subgraph as that viewer, through everything but HTTP. The answer is what a client would parse.
 * @throws when a mutation was refused for a reason that its result union does not list
 */
export async function callAs<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
  operation: { query: string; variables?: Record<string, unknown> },
): Promise<FormattedExecutionResult> {
  return (await askAs(subgraph, viewer, operation)).body
}

/** As `callAs`, with what HTTP would say of how long the answer may be kept. */
export async function askAs<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
  operation: { query: string; variables?: Record<string, unknown> },
): Promise<{ body: FormattedExecutionResult; cacheControl: string | undefined }> {
  const caller = await admittedAs(subgraph, viewer)
  if ('refusal' in caller) return { body: caller.refusal, cacheControl: undefined }
  const contextValue = subgraph.options.createCtx(caller)
  const undeclared = watchUndeclared(contextValue)
  const { body, http } = await subgraph.apollo.executeOperation(operation, { contextValue })
  if (body.kind !== 'single') throw new Error('a subgraph answers in one piece')
  if (undeclared.length > 0) throw new Error(`result unions lack ${undeclared.join(', ')}`)
  const result = JSON.parse(JSON.stringify(body.singleResult)) as FormattedExecutionResult
  return { body: result, cacheControl: http.headers.get('cache-control') }
}

/** Collects the refusals that a mutation's result union does not list: `addAddress: NotFound`. */
function watchUndeclared(ctx: BaseCtx): string[] {
  const found: string[] = []
  const { log } = ctx
  const error = (fields: { mutation?: string; refusal?: string }, message: string) => {
    if (message === undeclaredRefusal) found.push(`${fields.mutation}: ${fields.refusal}`)
    log.error(fields, message)
  }
  ctx.log = Object.create(log, { error: { value: error } })
  return found
}

/** That viewer with the rights that are theirs now by all that is written down, or the answer that refuses everything. */
export async function admittedAs<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
): Promise<Caller | { refusal: FormattedExecutionResult }> {
  await subgraph.options.access?.refresh()
  return await subgraph.admit({ viewer, requestId: newId('req'), acceptLanguage: 'en' }).catch(refusedRequest)
}
