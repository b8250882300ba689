import type { QueryPlan } from '@apollo/query-planner'
import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql'
import type { ExecutorContext } from '../executor-context.ts'
import { type CoerceVariables, compileVariableCoercion } from '../plan/coerce-variables.ts'
import { defaultsOf, fragmentsOf } from '../plan/document-fields.ts'
import { dropUnknownPaths } from '../plan/drop-unknown-paths.ts'
import type { ClientOperation, OperationPlan } from '../plan/plan-operation.ts'
import { type ClientName, restoreClientPaths } from '../plan/rename-conflicts.ts'
import { createExecution, type Execution, type Send, type Step } from '../run/execution.ts'
import { unreportedErrors } from '../run/missing-fields.ts'
import { compileWriter, type ResponseWriter } from '../write/compile-writer.ts'
import type { ResponseCost } from '../write/response-cost.ts'
import { createWriterContext, invalidValueErrors, type WriterContext } from '../write/writer-context.ts'
import { compilePlan } from './compile-plan.ts'
import { type ConditionValues, compileConditions, type OperationParts } from './conditions.ts'

/** The loaded supergraph and the host's callbacks that operations are compiled with. */
export interface CompileContext<C extends ExecutorContext = ExecutorContext> {
  /** The API schema, without inaccessible elements. */
  apiSchema: GraphQLSchema
  /** The full schema of the supergraph. */
  supergraphSchema: GraphQLSchema
  sendTo: (subgraph: string) => Send<C>
  /** Counts the cost of each response into `actualCost` of the request context. */
  responseCost?: ResponseCost | null
  /** Called with the request context before an operation is planned for the values of its conditions. */
  onPlanning?: (context: C) => void
}

/** An execution result whose `data` is serialized. */
export interface SerializedResult {
  /** `data` as JSON; absent when the operation was not executed. */
  data?: string
  errors?: readonly GraphQLError[]
}

/** A compiled operation. It has no state, so it may run any number of times concurrently. */
export interface CompiledOperation<C extends ExecutorContext = ExecutorContext> {
  operation: OperationDefinitionNode
  /** Coerces exact numbers to the variables' types. `validateVariables` and `run` take the result. */
  coerceVariables: CoerceVariables
  /** The errors of invalid variables. */
  validateVariables: (variables: Readonly<Record<string, unknown>>) => readonly GraphQLError[]
  run: (variables: Readonly<Record<string, unknown>>, context: C) => Promise<SerializedResult>
  /** The values of its conditions. */
  readConditions: (variables: Readonly<Record<string, unknown>>) => ConditionValues
}

/** The compiled fetches and writer for one set of condition values. */
interface OperationVariant {
  writeResponse: ResponseWriter
  fetchAll: Step
}

/** The number of variants to cache for each operation. */
const maxVariants = 32

/** Compiles an operation, its plan and its response writer: everything that does not depend on a request. */
export function compileOperation<C extends ExecutorContext>(
  hostContext: CompileContext<C>,
  operationPlan: OperationPlan,
): CompiledOperation<C> {
  // `run` passes its context to `sendTo` unchanged; the code in between reads the fields of ExecutorContext only.
  const compileContext = hostContext as unknown as CompileContext
  const { source, plan } = operationPlan
  if (plan.node?.kind === 'Subscription') throw subscriptionError()
  const parts = partsOf(source)
  const defaults = defaultsOf(source.operation)
  const readConditions = compileConditions(parts, defaults)
  const { responseCost = null } = compileContext
  const variantFor = createVariants({ compileContext, parts, responseCost, operationPlan, defaults })
  const definitions = source.operation.variableDefinitions ?? []
  return {
    operation: source.operation,
    readConditions,
    coerceVariables: compileVariableCoercion(compileContext.apiSchema, definitions),
    validateVariables: (variables) => {
      if (definitions.length === 0) return []
      return getVariableValues(compileContext.apiSchema, definitions, variables).errors ?? []
    },
    run: async (variables, context) => {
      const execution = createExecution(operationPlan.variables.valuesOf(variables), context)
      let variant: OperationVariant
      try {
        variant = variantFor(readConditions(variables), context)
      } catch (error) {
        return { errors: [error as GraphQLError] }
      }
      const { writeResponse, fetchAll } = variant
      await fetchAll(execution)
      const writerContext = createWriterContext(variables, execution)
      const data = writeResponse(execution.data, writerContext)
      if (responseCost) context.actualCost = writerContext.cost
      const result = resultOf(execution, { data, writerContext }, source.clientName)
      return result.errors ? { ...result, errors: restoreVariableNames(result.errors, operationPlan) } : result
    },
  }
}

/** Adds the errors of subgraphs, of missing fields and of invalid values. */
function resultOf(
  execution: Execution,
  { data, writerContext }: { data: string; writerContext: WriterContext },
  clientName: ClientName,
): SerializedResult {
  if (execution.errors.length === 0 && execution.missing === null && writerContext.invalidValues.length === 0)
    return { data }
  const fetched = dropUnknownPaths(restoreClientPaths(execution.errors, clientName), data)
  const errors = [
    ...fetched,
    ...invalidValueErrors(writerContext, fetched),
    ...(execution.missing ? unreportedErrors(execution.missing) : []),
  ]
  return errors.length > 0 ? { data, errors } : { data }
}

/** Replaces the plan's variable names in error messages by the client's. */
function restoreVariableNames(errors: readonly GraphQLError[], { variables }: OperationPlan): readonly GraphQLError[] {
  return errors.map((error) => {
    const message = variables.restoreVariableNames(error.message)
    const { path, extensions, originalError = error } = error
    return message === error.message ? error : new GraphQLError(message, { path, extensions, originalError })
  })
}

interface VariantContext {
  compileContext: CompileContext
  parts: OperationParts
  responseCost: ResponseCost | null
  operationPlan: OperationPlan
  defaults: Readonly<Record<string, unknown>>
}

function createVariants(
  variantContext: VariantContext,
): (conditions: ConditionValues, context: ExecutorContext) => OperationVariant {
  const variants = new Map<string, OperationVariant>()
  const { plan, planFor } = variantContext.operationPlan
  const fetchAll = planFor ? null : compileFetches(variantContext, plan)
  return (conditions, context) => {
    const key = conditions.size === 0 ? '' : [...conditions.values()].map(Number).join('')
    const known = variants.get(key)
    if (known) return known
    if (planFor) variantContext.compileContext.onPlanning?.(context)
    const variant = {
      writeResponse: compileResponseWriter(variantContext, conditions),
      fetchAll: fetchAll ?? compileFetches(variantContext, planFor ? planFor(conditions) : plan),
    }
    if (variants.size >= maxVariants) variants.delete(variants.keys().next().value ?? '')
    variants.set(key, variant)
    return variant
  }
}

function compileFetches({ compileContext, defaults }: VariantContext, { node }: QueryPlan): Step {
  const { supergraphSchema: schema, sendTo } = compileContext
  if (node?.kind === 'Subscription') throw subscriptionError()
  return compilePlan({ schema, sendTo, defaults }, node)
}

function compileResponseWriter(
  { compileContext, parts, responseCost }: VariantContext,
  conditions: ConditionValues,
): ResponseWriter {
  const { apiSchema: schema } = compileContext
  const type = schema.getRootType(parts.operation.operation)
  if (!type) throw new GraphQLError(`There are no operations of kind ${parts.operation.operation}.`)
  return compileWriter({ schema, fragments: parts.fragments, conditions, parts, responseCost }, type)
}

function subscriptionError(): GraphQLError {
  return new GraphQLError('Execution of subscriptions not supported by gateway')
}

function partsOf({ document, operation, clientName }: ClientOperation): OperationParts {
  return { operation, fragments: fragmentsOf(document), clientName }
}
