import { fragmentsOf } from '@tikitu/federation-executor/plan/document-fields'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Omissions } from './omissions.ts'

/** The alias of the `__typename` that is added to find the types of objects. It is removed from the result. */
export const typeKey = '__accessType'

const badRequest = { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } }

interface Filter {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  omissions: Omissions
  /** Whether anything was removed. */
  isChanged: boolean
}

/**
 * The operation without the omitted fields; null when nothing is left. Objects of abstract types get `__typename` as `typeKey`. A field of
 * an interface is replaced by fragments on the types where it is allowed.
 */
export function filterOperation(
  { schema, omissions }: Pick<Filter, 'schema' | 'omissions'>,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
): { document: DocumentNode; operation: OperationDefinitionNode } | null {
  const root = schema.getRootType(operation.operation)
  if (!root) return null
  const fragments = fragmentsOf(document)
  const filter: Filter = { schema, fragments, omissions, isChanged: false }
  const filtered = { ...operation, selectionSet: filterSet(filter, operation.selectionSet, root) }
  if (!filter.isChanged) return null
  const definitions = document.definitions.map((node) => (node === operation ? filtered : node))
  return { document: { ...document, definitions }, operation: filtered }
}

function filterSet(filter: Filter, set: SelectionSetNode, type: GraphQLNamedType): SelectionSetNode {
  const selections = set.selections.flatMap((selection) => filterSelection(filter, selection, type))
  const isTyped = isAbstractType(type) || selections.length === 0
  return { ...set, selections: isTyped ? [...selections, typeField] : selections }
}

function filterSelection(filter: Filter, selection: SelectionNode, type: GraphQLNamedType): SelectionNode[] {
  if (filter.omissions.conditionErrorOf(selection)) {
    filter.isChanged = true
    return []
  }
  if (selection.kind === Kind.FIELD) return filterField(filter, selection, type)
  const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : filter.fragments.get(selection.name.value)
  if (!fragment) return []
  const condition = fragment.typeCondition && filter.schema.getType(fragment.typeCondition.name.value)
  const { directives } = selection
  const selectionSet = filterSet(filter, fragment.selectionSet, condition ?? type)
  const typeCondition = fragment.typeCondition && { typeCondition: fragment.typeCondition }
  return [{ kind: Kind.INLINE_FRAGMENT, ...typeCondition, ...(directives && { directives }), selectionSet }]
}

function filterField(filter: Filter, node: FieldNode, type: GraphQLNamedType): SelectionNode[] {
  if (node.alias?.value === typeKey) throw new GraphQLError(`${typeKey} is a reserved name.`, badRequest)
  const field = fieldOf(type, node)
  if (!field) return filterIntrospection(filter, node)
  const members = isAbstractType(type) ? filter.schema.getPossibleTypes(type) : [type as GraphQLObjectType]
  const allowed = members.filter((member) => {
    const own = fieldOf(member, node)
    return own && filter.omissions.errorOf(member, own, node) === null
  })
  if (allowed.length === members.length) return [withInner(filter, node, field)]
  filter.isChanged = true
  return allowed.map((member) => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: member.name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [withInner(filter, node, fieldOf(member, node) ?? field)] },
  }))
}

function filterIntrospection(filter: Filter, node: FieldNode): FieldNode[] {
  if (!filter.omissions.introspectionErrorOf(node)) return [node]
  filter.isChanged = true
  return []
}

function withInner(filter: Filter, node: FieldNode, field: GraphQLField<unknown, unknown>): FieldNode {
  if (!node.selectionSet) return node
  return { ...node, selectionSet: filterSet(filter, node.selectionSet, getNamedType(field.type)) }
}

/** Empty for the meta fields of every schema. */
function fieldOf(type: GraphQLNamedType, node: FieldNode): GraphQLField<unknown, unknown> | undefined {
  if (node.name.value.startsWith('__') || !('getFields' in type)) return undefined
  return type.getFields()[node.name.value] as GraphQLField<unknown, unknown> | undefined
}

const typeField: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: typeKey },
  name: { kind: Kind.NAME, value: '__typename' },
}
