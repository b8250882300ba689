import type { QueryPlan } from '@apollo/query-planner'
import { type DocumentNode, GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql'
import { type ConditionValues, hasConditions } from '../compile/conditions.ts'
import type { LoadedSchema } from '../loaded-schema.ts'
import { addMissingTypenames, addTypenames } from './add-typenames.ts'
import { applyConditions } from './apply-conditions.ts'
import { extractOperation, withoutIntrospection } from './extract-operation.ts'
import { type PlanVariables, planVariables } from './plan-variables.ts'
import { type ClientName, renameConflicts } from './rename-conflicts.ts'

/** A document and the operation of it to execute. */
export interface ClientOperation {
  document: DocumentNode
  operation: OperationDefinitionNode
  clientName: ClientName
}

/** An operation with its query plan. */
export interface OperationPlan {
  source: ClientOperation
  plan: QueryPlan
  /** Plans the operation for the values of its conditions; null when one plan is right for all. @throws GraphQLError when it cannot be planned */
  planFor: ((conditions: ConditionValues) => QueryPlan) | null
  /** Converts between the client's variables and those of the plan. */
  variables: Pick<PlanVariables, 'valuesOf' | 'restoreVariableNames'>
}

const ambiguousOperation = 'Must provide operation name if query contains multiple operations.'
const noConditions: ConditionValues = new Map()

/** Plans one operation of a valid document. @throws GraphQLError when there is no such operation, or it cannot be planned */
export function planOperation(
  schema: LoadedSchema,
  clientDocument: DocumentNode,
  operationName: string | undefined,
): OperationPlan {
  const extracted = extractOperation(clientDocument, operationIn(clientDocument, operationName))
  const { document, clientName } = renameConflicts(extracted, operationIn(extracted, operationName), schema.reserved)
  const source = { document, operation: operationIn(document, operationName), clientName }
  const variables = planVariables(schema.apiSchema, document, source.operation)
  const planConditions = (conditions: ConditionValues): QueryPlan =>
    planWithTypenames(schema, applyConditions(variables.document, conditions, variables.clientName), operationName)
  const plan = planConditions(noConditions)
  const isPerCondition = hasConditions(source.operation, document) && schema.hasRequirements(plan)
  return { source, plan, variables, planFor: isPerCondition ? planConditions : null }
}

function operationIn(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName)
  if (!operation)
    throw new GraphQLError(operationName ? `Unknown operation named "${operationName}".` : ambiguousOperation)
  return operation
}

function planWithTypenames(schema: LoadedSchema, document: DocumentNode, operationName: string | undefined): QueryPlan {
  const fetchable = withoutIntrospection(document, operationIn(document, operationName))
  if (!fetchable) return { kind: 'QueryPlan' }
  const planned = addTypenames(schema.apiSchema, fetchable)
  const plan = schema.plan(planned, operationName)
  const operation = operationIn(planned, operationName)
  const complete = addMissingTypenames(schema.apiSchema, { document: planned, operation }, plan)
  return (complete && tryPlan(schema, complete, operationName)) ?? plan
}

/** The planner may fail even on `__typename` of an interface that no type implements. */
function tryPlan(schema: LoadedSchema, document: DocumentNode, operationName: string | undefined): QueryPlan | null {
  try {
    return schema.plan(document, operationName)
  } catch {
    return null
  }
}
