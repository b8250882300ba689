import { type DocumentNode, executeSync, type FieldNode, type GraphQLSchema, Kind, visit } from 'graphql'
import type { OperationParts } from '../compile/conditions.ts'
import { withUsedFragments } from '../plan/extract-operation.ts'

/** Resolves a root introspection field to JSON. */
export type Introspect = (variables: Readonly<Record<string, unknown>>) => string

/** Compiles `__schema` or `__type`. Results that do not depend on variables are cached. */
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
  let cached: string | undefined
  return () => {
    cached ??= introspect({})
    return cached
  }
}

/** The document of the introspection fields alone, with the variables that it uses. */
function documentOf({ operation, fragments }: OperationParts, nodes: readonly FieldNode[]): DocumentNode {
  const introspection = {
    ...operation,
    directives: [],
    selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
  } as const
  const definitions = withUsedFragments(introspection, fragments)
  const used = variablesIn({ kind: Kind.DOCUMENT, definitions })
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value))
  const [, ...spread] = definitions
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...introspection, ...(variableDefinitions && { variableDefinitions }) }, ...spread],
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
