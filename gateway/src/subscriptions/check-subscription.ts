import type { SerializedResult } from '@tikitu/federation-executor/compile/compile-operation'
import type { CompiledSubscription } from '@tikitu/federation-executor/compile/compile-subscription'
import { defaultsOf } from '@tikitu/federation-executor/plan/document-fields'
import type { SubgraphResult } from '@tikitu/federation-executor/run/execution'
import { rawJson } from '@tikitu/federation-executor/write/raw-json'
import { GraphQLError, print } from 'graphql'
import { checkOperation } from '../access/check-operation.ts'
import { filterOperation } from '../access/filter-operation.ts'
import { type Omissions, omissionsOf } from '../access/omissions.ts'
import { permissionsOf } from '../access/permissions.ts'
import { restoreNulls } from '../access/restore-nulls.ts'
import type { AccessRules } from '../access/rules.ts'
import { cachedCost } from '../cost/cached-cost.ts'
import { type Cost, checkCost } from '../cost/check-cost.ts'
import type { GuardOptions } from '../guard.ts'
import { findMisplacedNulls } from '../operations/misplaced-nulls.ts'
import type { ParsedOperation, ParseOperation } from '../operations/parse-operation.ts'
import { hashOf } from '../operations/read-manifest.ts'
import type { GatewayContext } from '../request/context.ts'
import type { SupergraphSource } from '../supergraph/supergraph-source.ts'
import type { SubscriptionSchema } from './subscription-schema.ts'

/** A subscription as a client requests it. */
export interface SubscribeRequest {
  text: string
  operationName: string | null
  variables: Readonly<Record<string, unknown>>
}

/** A result before it is serialized. Its `data` may be JSON text already. */
export interface Result {
  data?: unknown
  errors?: readonly GraphQLError[]
  extensions?: Readonly<Record<string, unknown>>
}

/** A subscription that its caller may run, ready for events. */
export interface SubscriptionPlan {
  /** Whether the supergraph that it was checked against is still in use. */
  isCurrent: () => boolean
  /** The subgraph that sends the events, and the body of the request for them. */
  subgraph: string
  body: string
  cost: Cost
  /** The cost of each event after the first; 1 when it needs no other subgraph. */
  eventCost: number
  prepared: ParsedOperation
  answer: (event: SubgraphResult, context: GatewayContext) => Promise<Result>
}

export interface SubscriptionCheckOptions extends GuardOptions {
  prepare: ParseOperation
  load: () => SubscriptionSchema
  supergraph: SupergraphSource
}

/** Checks a subscription when it starts, and again when another supergraph is loaded. @throws GraphQLError, or {Refusals} */
export type CheckSubscription = (request: SubscribeRequest, context: GatewayContext) => SubscriptionPlan

/** Checks text, access, cost and variables, as for any operation. Charges nothing. */
export function createSubscriptionCheck(options: SubscriptionCheckOptions): CheckSubscription {
  return (request, { viewer }) => {
    const load = options.load()
    const prepared = requirePrepared(options.prepare(request.text, request.operationName))
    const supergraph = options.supergraph.current()
    const { rules, costs } = supergraph
    const permissions = permissionsOf(load.apiSchema, { ...options, rules }, viewer)
    checkOperation(load.apiSchema, permissions, prepared)
    const costing = { schema: load.apiSchema, rules: costs, listSize: options.costs.listSize }
    const estimated = cachedCost(costing, prepared, request.variables)
    const cost = checkCost(options.costs, viewer, estimated)
    const nulls = findMisplacedNulls(load.apiSchema, prepared, request.variables)
    if (nulls.refusal) throw new Refusals([badInput(nulls.refusal)])
    const omissions = omissionsOf(permissions, nulls)
    const { compiled, isFiltered } = permitted({ load, rules }, prepared, omissions)
    const variables = compiled.coerceVariables(request.variables)
    const mistakes = compiled.validateVariables(variables)
    if (mistakes.length > 0) throw new Refusals(mistakes.map(badInput))
    return {
      isCurrent: () => options.load() === load && options.supergraph.current() === supergraph,
      subgraph: compiled.subgraph,
      body: compiled.bodyOf(variables),
      cost,
      eventCost: compiled.hasEntityFetches ? estimated : 1,
      prepared,
      answer: async (event, context) => {
        const outcome = await compiled.complete(event, variables, context)
        return isFiltered ? restored(load, { omissions, prepared }, { outcome, variables }) : resultOf(outcome)
      },
    }
  }
}

/** An operation is refused, for one or several reasons. */
export class Refusals extends Error {
  override readonly name = 'Refusals'
  readonly errors: readonly GraphQLError[]

  constructor(errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join('; '))
    this.errors = errors
  }
}

function requirePrepared(found: ReturnType<ParseOperation>): ParsedOperation {
  if ('errors' in found) throw new Refusals(found.errors)
  return found
}

/** The part of a subscription that its caller may run, and whether something was left out. */
function permitted(
  { load, rules }: { load: SubscriptionSchema; rules: AccessRules },
  prepared: ParsedOperation,
  omissions: Omissions,
): { compiled: CompiledSubscription<GatewayContext>; isFiltered: boolean } {
  const { schema, document, operation, hash } = prepared
  const key = `${hash} ${operation.name?.value} ${omissions.key}`
  let found = load.filteredBy(rules).get(key)
  if (found === undefined) {
    const rest = filterOperation({ schema, omissions }, { document, operation })?.document
    found = rest ? { document: rest, hash: hashOf(print(rest)) } : null
    load.filteredBy(rules).set(key, found)
  }
  if (found === null) return { compiled: compileEvents(load, prepared), isFiltered: false }
  return { compiled: compileEvents(load, { operation, ...found }), isFiltered: true }
}

/** Compiles a document's subscription unfiltered. @throws GraphQLError when it cannot be planned */
export function compileEvents(
  load: SubscriptionSchema,
  { document, operation, hash }: Pick<ParsedOperation, 'document' | 'operation' | 'hash'>,
): CompiledSubscription<GatewayContext> {
  return load.compile(`${hash} ${operation.name?.value}`, document, operation.name?.value)
}

function resultOf({ data, ...rest }: SerializedResult): Result {
  return data === undefined ? rest : { ...rest, data: rawJson(data) }
}

/** The result with nulls and errors in place of what was left out. */
function restored(
  { apiSchema: schema }: SubscriptionSchema,
  { omissions, prepared }: { omissions: Omissions; prepared: ParsedOperation },
  { outcome, variables }: { outcome: SerializedResult; variables: SubscribeRequest['variables'] },
): Result {
  const data = JSON.parse(outcome.data ?? 'null')
  if (data === null) return resultOf(outcome)
  const given = { ...defaultsOf(prepared.operation), ...variables }
  const whole = restoreNulls({ schema, omissions, variables: given }, prepared, data)
  return { ...outcome, data: whole.data, errors: [...(outcome.errors ?? []), ...whole.errors] }
}

function badInput({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } })
}
