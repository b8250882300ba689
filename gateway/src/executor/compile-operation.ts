import type { QueryPlan } from '@apollo/query-planner'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql'
import type { GatewayContext } from '../context.ts'
import type { CostRules } from '../cost/collect-costs.ts'
import { createWeigher, type Weigher } from '../cost/weigh-answer.ts'
import { compilePlan } from './compile-plan.ts'
import { compileShape, type Shape } from './compile-shape.ts'
import { type Choices, compileChoices, type OperationParts } from './conditions.ts'
import type { Run, Send } from './run.ts'
import { type ClientName, withClientPaths } from './set-apart.ts'
import { misfitErrors, type Shaping } from './shaping.ts'

/** What operations are compiled for: one load of the supergraph. */
export interface Surroundings {
  /** The schema that clients see. */
  apiSchema: GraphQLSchema
  /** The schema with what clients do not see. */
  supergraphSchema: GraphQLSchema
  sendTo: (subgraph: string) => Send
  /** What answers cost is counted by these, and noted in the caller's context. */
  costs?: CostRules | null
}

/** The answer to an operation. */
export interface Outcome {
  /** `data` as JSON; absent when nothing was run. */
  data?: string
  errors?: readonly GraphQLError[]
  extensions?: { valueCompletion: readonly GraphQLError[] }
}

/** An operation that is ready to run, any number of times and at once. */
export interface CompiledOperation {
  operation: OperationDefinitionNode
  /** What is wrong with the variables that were sent. */
  check: (variables: Readonly<Record<string, unknown>>) => readonly GraphQLError[]
  run: (variables: Readonly<Record<string, unknown>>, context: GatewayContext) => Promise<Outcome>
}

/** A document and which of its operations is meant. */
export interface Asked {
  document: DocumentNode
  operation: OperationDefinitionNode
  clientName: ClientName
}

/** So many forms of one operation's answer are kept: it has one for each combination of what its conditions come to. */
const maxShapes = 32

/** Compiles an operation, its plan and the form of its answer. Everything that does not depend on a request happens here. */
export function compileOperation(surroundings: Surroundings, asked: Asked, plan: QueryPlan): CompiledOperation {
  if (plan.node?.kind === 'Subscription') throw new GraphQLError('Execution of subscriptions not supported by gateway')
  const parts = partsOf(asked)
  const defaults = defaultsOf(asked.operation)
  const choose = compileChoices(parts, defaults)
  const weigher = surroundings.costs ? createWeigher(surroundings.apiSchema, surroundings.costs) : null
  const shapes = shapesOf(surroundings.apiSchema, parts, weigher)
  const fetchAll = compilePlan(
    { schema: surroundings.supergraphSchema, sendTo: surroundings.sendTo, defaults },
    plan.node,
  )
  const definitions = asked.operation.variableDefinitions ?? []
  return {
    operation: asked.operation,
    check: (variables) =>
      definitions.length === 0 ? [] : (getVariableValues(surroundings.apiSchema, definitions, variables).errors ?? []),
    run: async (variables, context) => {
      const run: Run = { variables, context, data: {}, errors: [], shared: new Map() }
      let shape: Shape
      try {
        shape = shapes(choose(variables))
      } catch (error) {
        return { errors: [error as GraphQLError] }
      }
      await fetchAll(run)
      const shaping: Shaping = { variables, misfits: [], shared: run.shared, cost: 0 }
      const data = shape(run.data, shaping)
      if (weigher) context.actualCost = shaping.cost
      return answerOf(run, { data, shaping }, asked.clientName)
    },
  }
}

/** What does not fit the schema is told beside the data, and only when nothing else went wrong: it mostly follows from that. */
function answerOf(run: Run, { data, shaping }: { data: string; shaping: Shaping }, clientName: ClientName): Outcome {
  if (run.errors.length > 0) return { data, errors: withClientPaths(run.errors, clientName) }
  if (shaping.misfits.length > 0) return { data, extensions: { valueCompletion: misfitErrors(shaping) } }
  return { data }
}

function shapesOf(schema: GraphQLSchema, parts: OperationParts, weigher: Weigher | null): (choices: Choices) => Shape {
  const shapes = new Map<string, Shape>()
  const type = schema.getRootType(parts.operation.operation)
  if (!type) throw new GraphQLError(`There are no operations of kind ${parts.operation.operation}.`)
  return (choices) => {
    const key = choices.size === 0 ? '' : [...choices.values()].map(Number).join('')
    const known = shapes.get(key)
    if (known) return known
    const shape = compileShape({ schema, fragments: parts.fragments, choices, parts, weigher }, type)
    if (shapes.size >= maxShapes) shapes.delete(shapes.keys().next().value ?? '')
    shapes.set(key, shape)
    return shape
  }
}

function partsOf({ document, operation, clientName }: Asked): OperationParts {
  const fragments = new Map<string, never>()
  const parts: OperationParts = { operation, fragments, clientName }
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node as never)
  return parts
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Readonly<Record<string, unknown>> {
  const defaults: Record<string, unknown> = Object.create(null)
  for (const { variable, defaultValue } of variableDefinitions)
    if (defaultValue) defaults[variable.name.value] = valueFromASTUntyped(defaultValue)
  return defaults
}
