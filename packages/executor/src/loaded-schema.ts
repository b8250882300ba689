import { operationFromDocument, type Schema } from '@apollo/federation-internals'
import type { ApolloGateway } from '@apollo/gateway'
import type { PlanNode, QueryPlan, QueryPlanner } from '@apollo/query-planner'
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { hasConditions } from './compile/conditions.ts'
import { isRequiring } from './plan/is-requiring.ts'
import { mendMisplaced } from './plan/move-misplaced-fetches.ts'
import { withPartlyRequired } from './plan/partly-required.ts'
import { planningWith } from './plan/planner.ts'
import type { Names } from './plan/requirements.ts'
import { splitFetches } from './plan/split-fetches.ts'
import type { Splitting } from './plan/split-rewrites.ts'
import { withObjectTypes } from './plan/with-object-types.ts'

/** One load of the supergraph, as the gateway holds it. */
export interface Generation {
  apiSchema: GraphQLSchema
  supergraphSchema: GraphQLSchema
  /** Response names that plans use for what they need themselves. A document to be planned has no other use for them. */
  reserved: ReadonlySet<string>
  /** The plan of an operation, by the gateway's planner. @throws GraphQLError when it cannot be planned */
  plan: (document: DocumentNode, operationName: string | undefined) => QueryPlan
  /** Whether a plan fetches anything that requires something else. */
  isRequiring: (plan: QueryPlan) => boolean
}

/** What the gateway has loaded; it keeps these to itself, and nothing else of it is relied upon. */
interface Loaded {
  schema: GraphQLSchema
  apiSchema: Schema
  supergraphSchema: GraphQLSchema
  queryPlanner: QueryPlanner
  recursiveSelectionsLimitDisabled: boolean
  nonLocalSelectionsLimitDisabled: boolean
}

/** Each load is read once, whoever asks for it. */
const known = new WeakMap<QueryPlanner, Generation>()

/** The supergraph that the gateway uses now. Later loads do not change it. @throws when the gateway has loaded none */
export function currentGeneration(gateway: ApolloGateway, supergraphSdl: string): Generation {
  const { queryPlanner } = gateway as unknown as Loaded
  const generation = known.get(queryPlanner) ?? readGeneration(gateway, supergraphSdl)
  known.set(queryPlanner, generation)
  return generation
}

function readGeneration(gateway: ApolloGateway, supergraphSdl: string): Generation {
  const loaded = gateway as unknown as Loaded
  const { schema, apiSchema, supergraphSchema, queryPlanner } = loaded
  if (!schema || !apiSchema || !supergraphSchema || !queryPlanner) throw new Error('no supergraph is loaded')
  const options = {
    recursiveSelectionsLimitDisabled: loaded.recursiveSelectionsLimitDisabled,
    nonLocalSelectionsLimitDisabled: loaded.nonLocalSelectionsLimitDisabled,
  }
  const { planner, reserved, needs, reach } = planningWith(queryPlanner, supergraphSdl)
  const build = (document: DocumentNode, operationName: string | undefined): QueryPlan =>
    planner.buildQueryPlan(operationFromDocument(apiSchema, document, { operationName }), options)
  const graph = { schema: supergraphSchema, needs, reach }
  return {
    apiSchema: schema,
    supergraphSchema,
    reserved,
    plan: (document, operationName) => {
      const plan = planSurely({ build, schema }, document, operationName)
      return corrected(plan, { ...graph, isTentative: isConditional(document, operationName) })
    },
    isRequiring: ({ node }) => isRequiring(node, { needs, reach }),
  }
}

interface Planning {
  build: (document: DocumentNode, operationName: string | undefined) => QueryPlan
  schema: GraphQLSchema
}

/** The planner fails in itself on some fragments within interfaces that subgraphs know as objects; not on those on their types. */
function planSurely({ build, schema }: Planning, document: DocumentNode, operationName: string | undefined): QueryPlan {
  try {
    return build(document, operationName)
  } catch (error) {
    const operation = getOperationAST(document, operationName)
    if (error instanceof GraphQLError || !operation) throw error
    try {
      return build(withObjectTypes(schema, document, operation), operationName)
    } catch (originalError) {
      throw cannotBePlanned(originalError)
    }
  }
}

function cannotBePlanned(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  return new GraphQLError('This operation is valid, but the gateway finds no way to answer it. Ask for less at once.', {
    extensions: { code: 'OPERATION_NOT_PLANNED', http: { status: 400 } },
    ...(error instanceof Error && { originalError: error }),
  })
}

interface Correcting extends Splitting, Pick<Names, 'reach'> {
  /** Whether conditions are not applied yet: then a plan that is wrong is planned again with them applied. */
  isTentative: boolean
}

/** @throws GraphQLError where a plan is wrong, and nothing can be done about it */
function corrected({ kind, node }: QueryPlan, correcting: Correcting): QueryPlan {
  if (!node) return { kind }
  const correct = (root: PlanNode): PlanNode =>
    withPartlyRequired(splitFetches(mended(root, correcting), correcting), correcting.needs)
  if (node.kind !== 'Subscription') return { kind, node: correct(node) }
  return { kind, node: { ...node, ...(node.rest && { rest: correct(node.rest) }) } }
}

function mended(root: PlanNode, { needs, reach, isTentative }: Correcting): PlanNode {
  try {
    return mendMisplaced(root, { needs, reach })
  } catch (error) {
    if (isTentative) return root
    throw cannotBePlanned(error)
  }
}

function isConditional(document: DocumentNode, operationName: string | undefined): boolean {
  const operation = getOperationAST(document, operationName)
  return operation ? hasConditions(operation, document) : false
}
