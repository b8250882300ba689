import { isSubtypeOf } from '@tikitu/federation-executor/lib/type-condition'
import { fragmentsOf } from '@tikitu/federation-executor/plan/document-fields'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql'
import { isLeftOut } from '../operations/is-left-out.ts'
import { typeKey } from './filter-operation.ts'
import type { Omissions } from './omissions.ts'

type Json = Record<string, unknown>
type Path = { before: Path | null; key: string | number }

interface Restoring {
  schema: GraphQLSchema
  omissions: Omissions
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  variables: Readonly<Record<string, unknown>>
  errors: GraphQLError[]
}

const maxErrors = 100

/**
 * Restores the shape of the result of the unfiltered operation: null for each omitted field, its error at its path (at most a hundred), and
 * null for parents that cannot hold a null. Keys are in the order of the operation.
 */
export function restoreNulls(
  { schema, omissions, variables }: Pick<Restoring, 'schema' | 'omissions' | 'variables'>,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  data: Json,
): { data: Json | null; errors: GraphQLError[] } {
  const fragments = fragmentsOf(document)
  const restoring: Restoring = { schema, omissions, fragments, variables, errors: [] }
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
  for (const selections of sets) {
    const error = collect(restoring, { type: actual, selections }, nodes)
    if (!error) continue
    report(restoring, error, { path })
    return null
  }
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

/** Undefined when the object has to be null. */
function restoreField(
  restoring: Restoring,
  { type, nodes, path }: { type: GraphQLObjectType; nodes: FieldNode[]; path: Path },
  value: unknown,
): unknown {
  const [node] = nodes
  if (!node) return null
  const name = node.name.value
  const { omissions } = restoring
  const field = name.startsWith('__') ? null : type.getFields()[name]
  const error = field ? omissions.errorOf(type, field, node) : omissions.introspectionErrorOf(node)
  if (error) {
    report(restoring, error, { path, nodes })
    return name === '__schema' || isNonNullType(field?.type) ? undefined : null
  }
  if (!field) return value ?? null
  const sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet.selections] : []))
  return restoreValue(restoring, { type: field.type, sets, path }, value)
}

/** Undefined when null is not allowed. */
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

/** Fields by response name, in the order of the operation; an error when a condition on them cannot be evaluated. */
function collect(
  restoring: Restoring,
  { type, selections }: Part,
  nodes: Map<string, FieldNode[]>,
): GraphQLError | null {
  for (const selection of selections) {
    const error = restoring.omissions.conditionErrorOf(selection)
    if (error) return error
    if (isLeftOut(selection, restoring.variables)) continue
    const inner = collectOne(restoring, { type, selection }, nodes)
    if (inner) return inner
  }
  return null
}

interface Part {
  type: GraphQLObjectType
  selections: readonly SelectionNode[]
}

function collectOne(
  restoring: Restoring,
  { type, selection }: { type: GraphQLObjectType; selection: SelectionNode },
  nodes: Map<string, FieldNode[]>,
): GraphQLError | null {
  if (selection.kind === Kind.FIELD) {
    const key = (selection.alias ?? selection.name).value
    nodes.set(key, [...(nodes.get(key) ?? []), selection])
    return null
  }
  const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : restoring.fragments.get(selection.name.value)
  if (!fragment) return null
  const condition = fragment.typeCondition?.name.value
  if (condition !== undefined && !isSubtypeOf(restoring.schema, type.name, condition)) return null
  return collect(restoring, { type, selections: fragment.selectionSet.selections }, nodes)
}

/** Adds an error at a path. When the error has no nodes, it gets these fields. */
function report(
  { errors }: Restoring,
  error: GraphQLError,
  { path, nodes }: { path: Path | null; nodes?: FieldNode[] },
): void {
  if (errors.length >= maxErrors) return
  const keys: (string | number)[] = []
  for (let step = path; step; step = step.before) keys.unshift(step.key)
  const { message, extensions } = error
  errors.push(new GraphQLError(message, { nodes: error.nodes ?? nodes, path: keys, extensions }))
}
