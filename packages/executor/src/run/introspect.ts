import { type DocumentNode, executeSync, type FieldNode, type GraphQLSchema, Kind, visit } from 'graphql'
import type { OperationParts } from '../compile/conditions.ts'
import { withUsedFragments } from '../plan/extract-operation.ts'

/** Answers an introspection field of the root, as JSON. */
export type Introspect = (variables: Readonly<Record<string, unknown>>) => string

/** Compiles `__schema` or `__type`. What depends on no variable is answered once. */
export function compileIntrospection(
  schema: GraphQLSchema,
  parts: OperationParts,
  nodes: readonly FieldNode[],
): Introspect {
  const document = documentOf(parts, nodes)
  const [first] = nodes
  const responseName = (first?.alias ?? first?.name)?.value ?? ''
  const introspect: Introspect = (variableValues) => {
    const { data, errors } = executeSync({ schema, document, rootValue: {}, variableValues })
    if (errors?.[0]) throw errors[0]
    return JSON.stringify(data?.[responseName] ?? null)
  }
  if (variablesIn(document).size > 0) return introspect
  let answer: string | undefined
  return () => {
    answer ??= introspect({})
    return answer
  }
}

/** What is asked about the schema alone, with those variables that it uses. */
function documentOf({ operation, fragments }: OperationParts, nodes: readonly FieldNode[]): DocumentNode {
  const asked = { ...operation, directives: [], selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } } as const
  const definitions = withUsedFragments(asked, fragments)
  const used = variablesIn({ kind: Kind.DOCUMENT, definitions })
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value))
  const [, ...spread] = definitions
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...asked, ...(variableDefinitions && { variableDefinitions }) }, ...spread],
  }
}

function variablesIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      names.add(name.value)
    },
  })
  return names
}
