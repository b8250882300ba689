import { type DocumentNode, executeSync, type FieldNode, type GraphQLSchema, Kind, visit } from 'graphql'
import type { OperationParts } from './conditions.ts'

/** Answers an introspection field of the root, as JSON. */
export type Introspect = (variables: Readonly<Record<string, unknown>>) => string

/** Compiles `__schema` or `__type`. What depends on no variable is answered once. */
export function compileIntrospection(
  schema: GraphQLSchema,
  { operation, fragments }: OperationParts,
  nodes: readonly FieldNode[],
): Introspect {
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, directives: [], selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } },
      ...fragments.values(),
    ],
  }
  const [first] = nodes
  const responseName = (first?.alias ?? first?.name)?.value ?? ''
  const introspect: Introspect = (variableValues) => {
    const { data, errors } = executeSync({ schema, document, rootValue: {}, variableValues })
    if (errors?.[0]) throw errors[0]
    return JSON.stringify(data?.[responseName] ?? null)
  }
  if (usesVariables(document)) return introspect
  let answer: string | undefined
  return () => {
    answer ??= introspect({})
    return answer
  }
}

function usesVariables(document: DocumentNode): boolean {
  let isUsed = false
  visit(document, {
    VariableDefinition: () => false,
    Variable: () => {
      isUsed = true
    },
  })
  return isUsed
}
