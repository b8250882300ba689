import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql'
import { z } from 'zod'
import type { Log } from '../base/log.ts'
import { invalidTextError } from '../base/storable-text.ts'
import type { BaseCtx } from '../context/context.ts'
import { formatExecutionError } from '../graphql/format-error.ts'
import { createTextCache, type TextCache } from '../graphql/text-cache.ts'
import { isTransientError } from '../postgres/database.ts'
import type { EventStream } from './change-stream.ts'
import { executeOnce } from './shared-execution.ts'

/** The schema and context of subscriptions. `createCtx` is called for each event, so that each sees the current state. */
export interface LiveOptions<C extends BaseCtx> {
  schema: GraphQLSchema
  createCtx: () => C
  log: Log
}

/** A refused subscription: the status and body of the response. */
export interface RejectedSubscription {
  kind: 'rejected'
  status: 200 | 400
  answer: FormattedExecutionResult
}

/** A running subscription. Ends with its source, or after an event whose root field was refused. */
export interface StartedSubscription {
  kind: 'started'
  /** Each event as the JSON text of an execution result. */
  events: EventStream<string>
}

/** The source is temporarily unreadable. Clients should resubscribe; they will receive the current state. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

interface Operation {
  /** Equal for identical requests. */
  name: string
  document: DocumentNode
  operationName: string | undefined
  variableValues: Record<string, unknown>
}

const request = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
})

/** Starts a subscription, with the same checks as other operations. */
export async function startSubscription<C extends BaseCtx>(
  options: LiveOptions<C>,
  body: unknown,
): Promise<RejectedSubscription | StartedSubscription> {
  try {
    const operation = readOperation(options.schema, body)
    const { document, operationName, variableValues } = operation
    const source = await createSourceEventStream({
      schema: options.schema,
      document,
      operationName,
      variableValues,
      contextValue: options.createCtx(),
    })
    if ('errors' in source) return refused(options.log, 200, source.errors ?? [])
    return { kind: 'started', events: eventsOf(options, operation, source as EventStream<unknown>) }
  } catch (error) {
    if (error instanceof InvalidRequest) return refused(options.log, 400, error.reasons)
    throw error
  }
}

/** The request is invalid. */
class InvalidRequest extends Error {
  readonly reasons: readonly GraphQLError[]
  constructor(code: string, reasons: readonly GraphQLError[]) {
    super(code)
    for (const reason of reasons) reason.extensions['code'] ??= code
    this.reasons = reasons
  }
}

/** @throws {InvalidRequest} with the same codes as other operations */
function readOperation(schema: GraphQLSchema, body: unknown): Operation {
  const read = request.safeParse(body)
  if (!read.success) throw new InvalidRequest('BAD_REQUEST', [new GraphQLError('The request has no query.')])
  const { query, operationName, variables } = read.data
  const document = validDocument(schema, query)
  const operation = getOperationAST(document, operationName)
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) {
    const reason = operation ? 'Only subscriptions can be streamed.' : 'The request must name an operation.'
    throw new InvalidRequest('OPERATION_RESOLUTION_FAILURE', [new GraphQLError(reason)])
  }
  const textError = invalidTextError({ variables: variables ?? undefined, document, source: query })
  if (textError) throw new InvalidRequest('BAD_USER_INPUT', [textError])
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {})
  if (values.errors) throw new InvalidRequest('BAD_USER_INPUT', values.errors)
  const name = JSON.stringify(read.data)
  return { name, document, operationName: operationName ?? undefined, variableValues: variables ?? {} }
}

/** Thousands of clients may reconnect at once with the same operation. */
const validDocuments = new WeakMap<GraphQLSchema, TextCache<DocumentNode>>()
const maxDocuments = 1_000

/** @throws {InvalidRequest} */
function validDocument(schema: GraphQLSchema, query: string): DocumentNode {
  const documents = validDocuments.get(schema) ?? createTextCache<DocumentNode>(maxDocuments)
  validDocuments.set(schema, documents)
  const known = documents.get(query)
  if (known) return known
  const document = parsed(query)
  const errors = problemsIn(schema, document)
  if (errors.length > 0) throw new InvalidRequest('GRAPHQL_VALIDATION_FAILED', errors)
  documents.set(query, document)
  return document
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query)
  } catch (error) {
    throw new InvalidRequest('GRAPHQL_PARSE_FAILED', [error as GraphQLError])
  }
}

/** graphql-js's single-root-field rule throws when the field is conditional. */
function problemsIn(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(schema, document)
  } catch (error) {
    if (error instanceof GraphQLError) return [error]
    throw error
  }
}

function refused(log: Log, status: 200 | 400, errors: readonly GraphQLError[]): RejectedSubscription {
  return { kind: 'rejected', status, answer: { errors: errors.map((error) => formatExecutionError(log, error)) } }
}

function eventsOf<C extends BaseCtx>(
  options: LiveOptions<C>,
  operation: Operation,
  source: EventStream<unknown>,
): EventStream<string> {
  let hasEnded = false
  const end = async (): Promise<IteratorResult<string>> => {
    hasEnded = true
    await source.return()
    return { done: true, value: undefined }
  }
  const events: EventStream<string> = {
    next: async () => {
      const step = hasEnded ? null : await nextOf(options.log, source)
      if (!step || step.done) return await end()
      const shared = { event: step.value, operation: operation.name, createCtx: options.createCtx }
      const { text, isLast } = await executeOnce(shared, (ctx) =>
        executeEvent(options, operation, { event: step.value, ctx }),
      )
      if (isLast) await end()
      return { done: false, value: text }
    },
    return: end,
    [Symbol.asyncIterator]: () => events,
  }
  return events
}

/** @throws {SourceError} */
async function executeEvent<C extends BaseCtx>(
  { schema, log }: LiveOptions<C>,
  { document, operationName, variableValues }: Operation,
  { event, ctx }: { event: unknown; ctx: C },
) {
  const args = { schema, document, operationName, variableValues }
  const result = await execute({ ...args, rootValue: event, contextValue: ctx })
  const isLast = hasRootError(result)
  if (isLast) throwIfTransient(result)
  return { text: JSON.stringify(formattedResult(log, result)), isLast, hasErrors: result.errors !== undefined }
}

/** @throws {SourceError} */
async function nextOf(log: Log, source: EventStream<unknown>): Promise<IteratorResult<unknown>> {
  try {
    return await source.next()
  } catch (error) {
    log.error({ err: error }, 'the source of a subscription failed')
    throw new SourceError('the source failed', { cause: error })
  }
}

/** Whether the root field itself failed. */
function hasRootError({ errors }: ExecutionResult): boolean {
  return errors?.some((error) => error.path?.length === 1) ?? false
}

/** A transient database error must not end the subscription permanently. @throws {SourceError} */
function throwIfTransient({ errors }: ExecutionResult): void {
  const busy = errors?.find((error) => error.path?.length === 1 && isTransientError(error.originalError))
  if (busy) throw new SourceError('the database was busy', { cause: busy })
}

function formattedResult(log: Log, { data, errors }: ExecutionResult): FormattedExecutionResult {
  return errors ? { errors: errors.map((error) => formatExecutionError(log, error)), data } : { data }
}
