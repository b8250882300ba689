import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql'
import { isWithin, typeKey } from './filter-operation.ts'
import type { Permissions } from './permissions.ts'

type Json = Record<string, unknown>
type Path = { before: Path | null; key: string | number }

interface Restoring {
  schema: GraphQLSchema
  permissions: Permissions
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  variables: Readonly<Record<string, unknown>>
  errors: GraphQLError[]
}

const maxErrors = 100

/**
 * The answer that the unfiltered operation has: null for each field that was left out, an error UNAUTHORIZED_FIELD_OR_TYPE at its
 * path (the first hundred), and null for whatever may not hold a null. Keys are in the order of the operation.
 */
export function restoreNulls(
  { schema, permissions, variables }: Pick<Restoring, 'schema' | 'permissions' | 'variables'>,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  data: Json,
): { data: Json | null; errors: GraphQLError[] } {
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  )
  const restoring: Restoring = { schema, permissions, fragments, variables, errors: [] }
  const root = schema.getRootType(operation.operation)
  if (!root) return { data, errors: [] }
  const restored = restoreObject(restoring, { type: root, sets: [operation.selectionSet.selections], path: null }, data)
  return { data: restored, errors: restoring.errors }
}

interface Place {
  type: GraphQLOutputType
  sets: (readonly SelectionNode[])[]
  path: Path | null
}

function restoreObject(restoring: Restoring, { type, sets, path }: Place, value: Json): Json | null {
  const actual = isObjectType(type) ? type : restoring.schema.getType(String(value[typeKey]))
  if (!isObjectType(actual)) return null
  const nodes = new Map<string, FieldNode[]>()
  for (const selections of sets) collect(restoring, { type: actual, selections }, nodes)
  const restored: Json = Object.create(null)
  for (const [key, same] of nodes) {
    const result = restoreField(
      restoring,
      { type: actual, nodes: same, path: { before: path, key } },
      Object.hasOwn(value, key) ? value[key] : null,
    )
    if (result === undefined) return null
    restored[key] = result
  }
  return restored
}

/** Undefined when the object must be null. */
function restoreField(
  restoring: Restoring,
  { type, nodes, path }: { type: GraphQLObjectType; nodes: FieldNode[]; path: Path },
  value: unknown,
): unknown {
  const name = nodes[0]?.name.value ?? ''
  if (name.startsWith('__')) return value ?? null
  const field = type.getFields()[name]
  if (!field) return null
  if (restoring.permissions.refusalOf(type, field)) {
    if (restoring.errors.length < maxErrors) restoring.errors.push(unauthorized(nodes, path))
    return isNonNullType(field.type) ? undefined : null
  }
  const sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet.selections] : []))
  return restoreValue(restoring, { type: field.type, sets, path }, value)
}

/** Undefined where a null may not be. */
function restoreValue(restoring: Restoring, { type, sets, path }: Place, value: unknown): unknown {
  if (isNonNullType(type)) return restoreValue(restoring, { type: type.ofType, sets, path }, value) ?? undefined
  if (value === null || value === undefined) return null
  if (isListType(type)) {
    const items = (value as unknown[]).map((item, key) =>
      restoreValue(restoring, { type: type.ofType, sets, path: { before: path, key } }, item),
    )
    return items.includes(undefined) ? null : items
  }
  return isCompositeType(type) ? restoreObject(restoring, { type, sets, path }, value as Json) : value
}

/** Fields by the names they have in the answer, in the order of the operation. */
function collect(
  restoring: Restoring,
  { type, selections }: { type: GraphQLObjectType; selections: readonly SelectionNode[] },
  nodes: Map<string, FieldNode[]>,
): void {
  for (const selection of selections) {
    if (isLeftOut(selection, restoring.variables)) continue
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value
      nodes.set(key, [...(nodes.get(key) ?? []), selection])
      continue
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : restoring.fragments.get(selection.name.value)
    if (fragment && isWithin(restoring.schema, type, fragment.typeCondition?.name.value))
      collect(restoring, { type, selections: fragment.selectionSet.selections }, nodes)
  }
}

function isLeftOut(selection: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (!selection.directives?.length) return false
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true ||
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if === false
  )
}

function unauthorized(nodes: readonly FieldNode[], path: Path): GraphQLError {
  const keys: (string | number)[] = []
  for (let step: Path | null = path; step; step = step.before) keys.unshift(step.key)
  return new GraphQLError('You may not read this field or type.', {
    nodes,
    path: keys,
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
  })
}
