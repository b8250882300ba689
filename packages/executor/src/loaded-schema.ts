import { operationFromDocument, type Schema } from '@apollo/federation-internals'
import type { ApolloGateway } from '@apollo/gateway'
import type { PlanNode, QueryPlan, QueryPlanner } from '@apollo/query-planner'
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { hasConditions } from './compile/conditions.ts'
import { correctPlanner } from './plan/correct-planner.ts'
import { expandAbstractFragments } from './plan/expand-abstract-fragments.ts'
import { hasRequirements } from './plan/has-requirements.ts'
import { moveMisplacedFetches } from './plan/move-misplaced-fetches.ts'
import type { QueryGraphInfo } from './plan/requirements.ts'
import { splitByRequirements } from './plan/split-by-requirements.ts'
import { splitFetches } from './plan/split-fetches.ts'
import type { SplitContext } from './plan/split-rewrites.ts'

/** A supergraph that the gateway has loaded. */
export interface LoadedSchema {
  apiSchema: GraphQLSchema
  supergraphSchema: GraphQLSchema
  /** Response names that plans use for keys and `@requires`. A document must not use them for anything else when it is planned. */
  reserved: ReadonlySet<string>
  /** Plans an operation with the gateway's planner. @throws GraphQLError when it cannot be planned */
  plan: (document: DocumentNode, operationName: string | undefined) => QueryPlan
  /** Whether a plan fetches any field with `@requires`. */
  hasRequirements: (plan: QueryPlan) => boolean
}

/** The private fields of `ApolloGateway` that this package reads. */
interface GatewayInternals {
  schema: GraphQLSchema
  apiSchema: Schema
  supergraphSchema: GraphQLSchema
  queryPlanner: QueryPlanner
  recursiveSelectionsLimitDisabled: boolean
  nonLocalSelectionsLimitDisabled: boolean
}

/** Each loaded supergraph is read once and shared. */
const loadedSchemas = new WeakMap<QueryPlanner, LoadedSchema>()

/** The gateway's current supergraph. Reloads do not change the returned object. @throws Error when none is loaded */
export function currentSchema(gateway: ApolloGateway, supergraphSdl: string): LoadedSchema {
  const { queryPlanner } = gateway as unknown as GatewayInternals
  const loadedSchema = loadedSchemas.get(queryPlanner) ?? readSchema(gateway, supergraphSdl)
  loadedSchemas.set(queryPlanner, loadedSchema)
  return loadedSchema
}

function readSchema(gateway: ApolloGateway, supergraphSdl: string): LoadedSchema {
  const internals = gateway as unknown as GatewayInternals
  const { schema, apiSchema, supergraphSchema, queryPlanner } = internals
  if (!schema || !apiSchema || !supergraphSchema || !queryPlanner) throw new Error('no supergraph is loaded')
  const options = {
    recursiveSelectionsLimitDisabled: internals.recursiveSelectionsLimitDisabled,
    nonLocalSelectionsLimitDisabled: internals.nonLocalSelectionsLimitDisabled,
  }
  const { planner, reserved, requirements, queryGraph } = correctPlanner(queryPlanner, supergraphSdl)
  const build = (document: DocumentNode, operationName: string | undefined): QueryPlan =>
    planner.buildQueryPlan(operationFromDocument(apiSchema, document, { operationName }), options)
  const graph = { schema: supergraphSchema, requirements, queryGraph }
  return {
    apiSchema: schema,
    supergraphSchema,
    reserved,
    plan: (document, operationName) => {
      const plan = planWithFallback({ build, schema }, document, operationName)
      return correctPlan(plan, { ...graph, isTentative: hasConditionVariables(document, operationName) })
    },
    hasRequirements: ({ node }) => hasRequirements(node, { requirements, queryGraph }),
  }
}

interface PlanBuilder {
  build: (document: DocumentNode, operationName: string | undefined) => QueryPlan
  schema: GraphQLSchema
}

/** The planner throws internal errors on some fragments in interfaces with `@interfaceObject`, but not on fragments on object types. */
function planWithFallback(
  { build, schema }: PlanBuilder,
  document: DocumentNode,
  operationName: string | undefined,
): QueryPlan {
  try {
    return build(document, operationName)
  } catch (error) {
    const operation = getOperationAST(document, operationName)
    if (error instanceof GraphQLError || !operation) throw error
    try {
      return build(expandAbstractFragments(schema, document, operation), operationName)
    } catch (originalError) {
      throw unplannableError(originalError)
    }
  }
}

function unplannableError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  return new GraphQLError('The operation is valid, but the gateway cannot plan it. Split it into smaller operations.', {
    extensions: { code: 'OPERATION_NOT_PLANNED', http: { status: 400 } },
    ...(error instanceof Error && { originalError: error }),
  })
}

interface CorrectionContext extends SplitContext, Pick<QueryGraphInfo, 'queryGraph'> {
  /** Whether `@skip` and `@include` are not applied yet. A wrong plan is then planned again for each set of conditions. */
  isTentative: boolean
}

/** @throws GraphQLError when a plan is wrong and cannot be corrected */
function correctPlan({ kind, node }: QueryPlan, context: CorrectionContext): QueryPlan {
  if (!node) return { kind }
  const correct = (root: PlanNode): PlanNode =>
    splitByRequirements(splitFetches(tryMoveMisplaced(root, context), context), context.requirements)
  if (node.kind !== 'Subscription') return { kind, node: correct(node) }
  return { kind, node: { ...node, ...(node.rest && { rest: correct(node.rest) }) } }
}

function tryMoveMisplaced(root: PlanNode, { requirements, queryGraph, isTentative }: CorrectionContext): PlanNode {
  try {
    return moveMisplacedFetches(root, { requirements, queryGraph })
  } catch (error) {
    if (isTentative) return root
    throw unplannableError(error)
  }
}

function hasConditionVariables(document: DocumentNode, operationName: string | undefined): boolean {
  const operation = getOperationAST(document, operationName)
  return operation ? hasConditions(operation, document) : false
}
