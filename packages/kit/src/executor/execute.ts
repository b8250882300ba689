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
import { Holder, Run } from './execution-context.ts'
import { conditionNames, planVariant, type Variant } from './output-plan.ts'

/** A valid query or mutation, and who asks for it with what. */
export interface Asked {
  document: DocumentNode
  operation: OperationDefinitionNode
  variables: Readonly<Record<string, unknown>> | undefined
  contextValue: unknown
}

/** Executes valid operations. */
export type Execute = (asked: Asked) => ExecutionResult | Promise<ExecutionResult>

/** What is kept of an operation from one request to the next. */
interface Prepared {
  fragments: Readonly<Record<string, FragmentDefinitionNode>>
  conditions: readonly string[]
  variants: Map<string, Variant>
}

/** Operations have few conditions; one with so many outcomes is not worth the room. */
const mostVariants = 32
const mostCoercionErrors = 50

/**
 * Executes operations as graphql-js does, with the same answers and errors, but looks at an operation once: what depends on
 * neither variables nor data is planned when it first comes, and kept as long as its document. What was lost with a null that
 * spread is not told of (graphql-js tells it or not, as time has it).
 */
export function createExecution(schema: GraphQLSchema): Execute {
  const known = new WeakMap<OperationDefinitionNode, Prepared>()
  return (asked) => {
    const { document, operation, variables = {} } = asked
    const prepared = known.get(operation) ?? prepare(document, operation)
    known.set(operation, prepared)
    const definitions = operation.variableDefinitions ?? []
    const values = getVariableValues(schema, definitions, variables, { maxErrors: mostCoercionErrors })
    if (values.errors) return { errors: values.errors }
    const variant = variantOf(schema, { prepared, operation }, values.coerced)
    if (!variant)
      return execute({
        schema,
        document,
        operationName: operation.name?.value,
        variableValues: variables,
        contextValue: asked.contextValue,
      })
    const run = new Run(variant, asked.contextValue, values.coerced)
    return operation.operation === OperationTypeNode.MUTATION ? runInSeries(run) : runAtOnce(run)
  }
}

function prepare(document: DocumentNode, operation: OperationDefinitionNode): Prepared {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node
  }
  return { fragments, conditions: conditionNames(operation, fragments), variants: new Map() }
}

/** The plan for these values; null for what is better left to graphql-js. */
function variantOf(
  schema: GraphQLSchema,
  { prepared, operation }: { prepared: Prepared; operation: OperationDefinitionNode },
  values: Readonly<Record<string, unknown>>,
): Variant | null {
  const { fragments, variants } = prepared
  const key = prepared.conditions.map((name) => values[name]).join()
  const known = variants.get(key)
  if (known) return known
  const conditions = Object.fromEntries(prepared.conditions.map((name) => [name, values[name]]))
  const rootType = schema.getRootType(operation.operation)
  const isPlain = Object.values(conditions).every((value) => typeof value === 'boolean')
  if (!rootType || !isPlain || variants.size >= mostVariants) return null
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

function runAtOnce(run: Run): ExecutionResult | Promise<ExecutionResult> {
  const root = rootOf(run)
  executeFields(root, undefined, run.variant.fields)
  return run.isIdle() ? answerOf(root) : run.whenIdle().then(() => answerOf(root))
}

/** Each mutation begins when everything of the one before is there. */
async function runInSeries(run: Run): Promise<ExecutionResult> {
  const root = rootOf(run)
  for (const plan of run.variant.fields) {
    executeField(root, undefined, plan)
    if (!run.isIdle()) await run.whenIdle()
    if (root.isDead) break
  }
  return answerOf(root)
}

function rootOf(run: Run): Holder {
  return new Holder(run, Object.create(null), null)
}

function answerOf({ run, value, isDead }: Holder): ExecutionResult {
  const data = isDead ? null : (value as Record<string, unknown>)
  return run.errors.length > 0 ? { errors: run.errors, data } : { data }
}
