import type { QueryPlan } from '@apollo/query-planner'
import { type DocumentNode, GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql'
import { askWhatItIs, askWhetherItIs } from './ask-what-it-is.ts'
import type { Asked } from './compile-operation.ts'
import type { Generation } from './generation.ts'
import { onlyOperation, withoutIntrospection } from './one-operation.ts'
import { setApart } from './set-apart.ts'

/** An operation as it is planned, compiled and run. */
export interface Planned {
  asked: Asked
  plan: QueryPlan
}

const manyOperations = 'Must provide operation name if query contains multiple operations.'

/** Plans one operation of a document that is valid. @throws GraphQLError when it is not there, or cannot be planned */
export function planAsked(generation: Generation, sent: DocumentNode, operationName: string | undefined): Planned {
  const own = onlyOperation(sent, operationIn(sent, operationName))
  const { document, clientName } = setApart(own, generation.reserved)
  const operation = operationIn(document, operationName)
  const asked = { document, operation, clientName }
  const fetched = withoutIntrospection(document, operation)
  if (!fetched) return { asked, plan: { kind: 'QueryPlan' } }
  const planned = askWhetherItIs(generation.apiSchema, fetched)
  const plan = generation.plan(planned, operationName)
  const whole = askWhatItIs(
    generation.apiSchema,
    { document: planned, operation: operationIn(planned, operationName) },
    plan,
  )
  return { asked, plan: (whole && planIfPossible(generation, whole, operationName)) ?? plan }
}

function operationIn(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName)
  if (!operation) throw new GraphQLError(operationName ? `Unknown operation named "${operationName}".` : manyOperations)
  return operation
}

/** Of an interface that nobody implements, the planner cannot always ask even that. */
function planIfPossible(
  generation: Generation,
  document: DocumentNode,
  operationName: string | undefined,
): QueryPlan | null {
  try {
    return generation.plan(document, operationName)
  } catch {
    return null
  }
}
