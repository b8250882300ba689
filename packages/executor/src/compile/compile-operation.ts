import type { QueryPlan } from '@apollo/query-planner'
import {
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql'
import type { ExecutorContext } from '../executor-context.ts'
import { type CoerceVariables, compileVariableCoercion } from '../plan/coerce-variables.ts'
import { dropUnknownPaths } from '../plan/drop-unknown-paths.ts'
import type { ClientOperation, OperationPlan } from '../plan/plan-operation.ts'
import { type ClientName, restoreClientPaths } from '../plan/rename-conflicts.ts'
import type { Run, Send, Step } from '../run/execution.ts'
import { untold } from '../run/missing-fields.ts'
import { compileShape, type Shape } from '../write/compile-writer.ts'
import type { ResponseCost } from '../write/response-cost.ts'
import { misfitErrors, type Shaping } from '../write/writer-context.ts'
import { compilePlan } from './compile-plan.ts'
import { type Choices, compileChoices, type OperationParts } from './conditions.ts'

/** What operations are compiled for: one load of the supergraph. */
export interface Surroundings<C extends ExecutorContext = ExecutorContext> {
  /** The schema that clients see. */
  apiSchema: GraphQLSchema
  /** The schema with what clients do not see. */
  supergraphSchema: GraphQLSchema
  sendTo: (subgraph: string) => Send<C>
  /** Counts what answers cost, which is then noted in the caller's context. */
  weigher?: ResponseCost | null
  /** Called with the request context when an operation is planned for what its conditions come to. */
  onPlanning?: (context: C) => void
}

/** The answer to an operation. */
export interface Outcome {
  /** `data` as JSON; absent when nothing was run. */
  data?: string
  errors?: readonly GraphQLError[]
}

/** An operation that is ready to run, any number of times and at once. */
export interface CompiledOperation<C extends ExecutorContext = ExecutorContext> {
  operation: OperationDefinitionNode
  /** The variables as they are checked and run: numbers that are too long for their types are those types' own. */
  coerceVariables: CoerceVariables
  /** What is wrong with the variables that were sent. */
  check: (variables: Readonly<Record<string, unknown>>) => readonly GraphQLError[]
  run: (variables: Readonly<Record<string, unknown>>, context: C) => Promise<Outcome>
  /** What its conditions come to. */
  choose: (variables: Readonly<Record<string, unknown>>) => Choices
}

/** How an operation is answered, for one combination of what its conditions come to. */
interface Form {
  shape: Shape
  fetchAll: Step
}

/** So many of them are kept of one operation. */
const maxForms = 32

/** Compiles an operation, its plan and the form of its answer. Everything that does not depend on a request happens here. */
export function compileOperation<C extends ExecutorContext>(
  given: Surroundings<C>,
  planned: OperationPlan,
): CompiledOperation<C> {
  // Whatever context `run` is given is what `sendTo` gets: in between, nobody looks at what the host put into it.
  const surroundings = given as unknown as Surroundings
  const { source, plan } = planned
  if (plan.node?.kind === 'Subscription') throw refusesSubscriptions()
  const parts = partsOf(source)
  const defaults = defaultsOf(source.operation)
  const choose = compileChoices(parts, defaults)
  const { weigher = null } = surroundings
  const formFor = formsOf({ surroundings, parts, weigher, planned, defaults })
  const definitions = source.operation.variableDefinitions ?? []
  return {
    operation: source.operation,
    choose,
    coerceVariables: compileVariableCoercion(surroundings.apiSchema, definitions),
    check: (variables) => {
      if (definitions.length === 0) return []
      return getVariableValues(surroundings.apiSchema, definitions, variables).errors ?? []
    },
    run: async (variables, context) => {
      const run: Run = {
        variables: planned.variables.valuesOf(variables),
        context,
        data: {},
        errors: [],
        missing: null,
        shared: new Map(),
      }
      let form: Form
      try {
        form = formFor(choose(variables), context)
      } catch (error) {
        return { errors: [error as GraphQLError] }
      }
      const { shape, fetchAll } = form
      await fetchAll(run)
      const { shared, missing } = run
      const shaping: Shaping = { variables, misfits: [], untold: new Map(), shared, missing, cost: 0 }
      const data = shape(run.data, shaping)
      if (weigher) context.actualCost = shaping.cost
      const answer = answerOf(run, { data, shaping }, source.clientName)
      return answer.errors ? { ...answer, errors: withClientWords(answer.errors, planned) } : answer
    },
  }
}

/** What subgraphs said went wrong, what is missing because one of them failed, and what does not fit the schema. */
function answerOf(run: Run, { data, shaping }: { data: string; shaping: Shaping }, clientName: ClientName): Outcome {
  if (run.errors.length === 0 && run.missing === null && shaping.misfits.length === 0) return { data }
  const fetched = dropUnknownPaths(restoreClientPaths(run.errors, clientName), data)
  const errors = [...fetched, ...misfitErrors(shaping, fetched), ...(run.missing ? untold(run.missing) : [])]
  return errors.length > 0 ? { data, errors } : { data }
}

/** What subgraphs say of variables, as the client calls them. */
function withClientWords(errors: readonly GraphQLError[], { variables }: OperationPlan): readonly GraphQLError[] {
  return errors.map((error) => {
    const message = variables.restoreVariableNames(error.message)
    const { path, extensions, originalError = error } = error
    return message === error.message ? error : new GraphQLError(message, { path, extensions, originalError })
  })
}

interface Forming {
  surroundings: Surroundings
  parts: OperationParts
  weigher: ResponseCost | null
  planned: OperationPlan
  defaults: Readonly<Record<string, unknown>>
}

function formsOf(forming: Forming): (choices: Choices, context: ExecutorContext) => Form {
  const forms = new Map<string, Form>()
  const { plan, planFor } = forming.planned
  const fetchAll = planFor ? null : compileFetches(forming, plan)
  return (choices, context) => {
    const key = choices.size === 0 ? '' : [...choices.values()].map(Number).join('')
    const known = forms.get(key)
    if (known) return known
    if (planFor) forming.surroundings.onPlanning?.(context)
    const made = {
      shape: shapeOf(forming, choices),
      fetchAll: fetchAll ?? compileFetches(forming, planFor ? planFor(choices) : plan),
    }
    if (forms.size >= maxForms) forms.delete(forms.keys().next().value ?? '')
    forms.set(key, made)
    return made
  }
}

function compileFetches({ surroundings, defaults }: Forming, { node }: QueryPlan): Step {
  const { supergraphSchema: schema, sendTo } = surroundings
  if (node?.kind === 'Subscription') throw refusesSubscriptions()
  return compilePlan({ schema, sendTo, defaults }, node)
}

function shapeOf({ surroundings, parts, weigher }: Forming, choices: Choices): Shape {
  const { apiSchema: schema } = surroundings
  const type = schema.getRootType(parts.operation.operation)
  if (!type) throw new GraphQLError(`There are no operations of kind ${parts.operation.operation}.`)
  return compileShape({ schema, fragments: parts.fragments, choices, parts, weigher }, type)
}

function refusesSubscriptions(): GraphQLError {
  return new GraphQLError('Execution of subscriptions not supported by gateway')
}

function partsOf({ document, operation, clientName }: ClientOperation): OperationParts {
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
