import type { QueryPlan } from '@apollo/query-planner'
import { type DocumentNode, GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql'
import { type Choices, hasConditions } from '../compile/conditions.ts'
import type { LoadedSchema } from '../loaded-schema.ts'
import { askWhatItIs, askWhetherItIs } from './add-typenames.ts'
import { applyConditions } from './apply-conditions.ts'
import { onlyOperation, withoutIntrospection } from './one-operation.ts'
import { type PlanVariables, planVariables } from './plan-variables.ts'
import { type ClientName, setApart } from './rename-conflicts.ts'

/** A document and which of its operations is meant. */
export interface Asked {
  document: DocumentNode
  operation: OperationDefinitionNode
  clientName: ClientName
}

/** An operation as it is planned, compiled and run. */
export interface Planned {
  asked: Asked
  plan: QueryPlan
  /** The plan for what the conditions come to, where one for all of them could be wrong. @throws GraphQLError when there is none */
  planFor: ((choices: Choices) => QueryPlan) | null
  /** The variables of the plans. */
  variables: Pick<PlanVariables, 'valuesOf' | 'clientWords'>
}

const manyOperations = 'Must provide operation name if query contains multiple operations.'
const none: Choices = new Map()

/** Plans one operation of a document that is valid. @throws GraphQLError when it is not there, or cannot be planned */
export function planAsked(loadedSchema: LoadedSchema, sent: DocumentNode, operationName: string | undefined): Planned {
  const own = onlyOperation(sent, operationIn(sent, operationName))
  const { document, clientName } = setApart(own, operationIn(own, operationName), loadedSchema.reserved)
  const asked = { document, operation: operationIn(document, operationName), clientName }
  const variables = planVariables(loadedSchema.apiSchema, document, asked.operation)
  const planWith = (choices: Choices): QueryPlan =>
    planWhole(loadedSchema, applyConditions(variables.document, choices, variables.clientName), operationName)
  const plan = planWith(none)
  const isByChoices = hasConditions(asked.operation, document) && loadedSchema.isRequiring(plan)
  return { asked, plan, variables, planFor: isByChoices ? planWith : null }
}

function operationIn(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName)
  if (!operation) throw new GraphQLError(operationName ? `Unknown operation named "${operationName}".` : manyOperations)
  return operation
}

function planWhole(loadedSchema: LoadedSchema, document: DocumentNode, operationName: string | undefined): QueryPlan {
  const fetched = withoutIntrospection(document, operationIn(document, operationName))
  if (!fetched) return { kind: 'QueryPlan' }
  const planned = askWhetherItIs(loadedSchema.apiSchema, fetched)
  const plan = loadedSchema.plan(planned, operationName)
  const operation = operationIn(planned, operationName)
  const whole = askWhatItIs(loadedSchema.apiSchema, { document: planned, operation }, plan)
  return (whole && planIfPossible(loadedSchema, whole, operationName)) ?? plan
}

/** Of an interface that nobody implements, the planner cannot always ask even that. */
function planIfPossible(
  loadedSchema: LoadedSchema,
  document: DocumentNode,
  operationName: string | undefined,
): QueryPlan | null {
  try {
    return loadedSchema.plan(document, operationName)
  } catch {
    return null
  }
}
