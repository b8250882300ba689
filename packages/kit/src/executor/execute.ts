import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'
import { executeField, executeFields } from './complete-value.ts'
import { ExecutionContext, ResponseNode } from './execution-context.ts'
import { conditionNames, planVariant, type Variant } from './output-plan.ts'

/** A valid query or mutation, and who asks for it with what. */
export interface ExecutionRequest {
  document: DocumentNode
  operation: OperationDefinitionNode
  variables: Readonly<Record<string, unknown>> | undefined
  contextValue: unknown
}

/** Executes valid operations. */
export type Execute = (request: ExecutionRequest) => ExecutionResult | Promise<ExecutionResult>

/** What is kept of an operation from one request to the next. */
interface PreparedOperation {
  fragments: Readonly<Record<string, FragmentDefinitionNode>>
  conditions: readonly string[]
  variants: Map<string, Variant>
}

/** Operations have few conditions; one with so many outcomes is not worth the room. */
const maxVariants = 32
const maxCoercionErrors = 50

/**
 * Executes operations as graphql-js does, with the same answers and errors, but looks at an operation once: what depends on
 * neither variables nor data is planned when it first comes, and kept as long as its document. Errors below a
 * nulled parent are not reported (graphql-js may report them, depending on timing).
 */
export function createExecution(schema: GraphQLSchema): Execute {
  const known = new WeakMap<OperationDefinitionNode, PreparedOperation>()
  return (request) => {
    const { document, operation, variables = {} } = request
    const prepared = known.get(operation) ?? prepare(document, operation)
    known.set(operation, prepared)
    const definitions = operation.variableDefinitions ?? []
    const values = getVariableValues(schema, definitions, variables, { maxErrors: maxCoercionErrors })
    if (values.errors) return { errors: values.errors }
    const variant = variantOf(schema, { prepared, operation }, values.coerced)
    if (!variant)
      return execute({
        schema,
        document,
        operationName: operation.name?.value,
        variableValues: variables,
        contextValue: request.contextValue,
      })
    const execution = new ExecutionContext(variant, request.contextValue, values.coerced)
    return operation.operation === OperationTypeNode.MUTATION ? runInSeries(execution) : runAtOnce(execution)
  }
}

function prepare(document: DocumentNode, operation: OperationDefinitionNode): PreparedOperation {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node
  }
  return { fragments, conditions: conditionNames(operation, fragments), variants: new Map() }
}

/** The plan for these values; null for what is better left to graphql-js. */
function variantOf(
  schema: GraphQLSchema,
  { prepared, operation }: { prepared: PreparedOperation; operation: OperationDefinitionNode },
  values: Readonly<Record<string, unknown>>,
): Variant | null {
  const { fragments, variants } = prepared
  const key = prepared.conditions.map((name) => values[name]).join()
  const known = variants.get(key)
  if (known) return known
  const conditions = Object.fromEntries(prepared.conditions.map((name) => [name, values[name]]))
  const rootType = schema.getRootType(operation.operation)
  const isPlain = Object.values(conditions).every((value) => typeof value === 'boolean')
  if (!rootType || !isPlain || variants.size >= maxVariants) return null
  const variant = planVariant({
    schema,
    operation,
    fragments,
    conditions: conditions as Record<string, boolean>,
    rootType,
  })
  variants.set(key, variant)
  return variant
}

function runAtOnce(execution: ExecutionContext): ExecutionResult | Promise<ExecutionResult> {
  const root = rootOf(execution)
  executeFields(root, undefined, execution.variant.fields)
  return execution.isIdle() ? answerOf(root) : execution.whenIdle().then(() => answerOf(root))
}

/** Each mutation begins when everything of the one before is there. */
async function runInSeries(execution: ExecutionContext): Promise<ExecutionResult> {
  const root = rootOf(execution)
  for (const plan of execution.variant.fields) {
    executeField(root, undefined, plan)
    if (!execution.isIdle()) await execution.whenIdle()
    if (root.isNulled) break
  }
  return answerOf(root)
}

function rootOf(execution: ExecutionContext): ResponseNode {
  return new ResponseNode(execution, Object.create(null), null)
}

function answerOf({ execution, value, isNulled }: ResponseNode): ExecutionResult {
  const data = isNulled ? null : (value as Record<string, unknown>)
  return execution.errors.length > 0 ? { errors: execution.errors, data } : { data }
}
