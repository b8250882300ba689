import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { isPage } from '../rest/inner-lists.ts'
import { type Components, described, type JsonSchema, leafSchema, orNull, refTo } from './json-schema.ts'

/** What the schemas of an operation's data are written from. */
export interface OutputContext {
  schema: GraphQLSchema
  /** The operation's fragments. */
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  components: Components
}

/** The schema of selected data. A selection of one fragment is a component with the fragment's name. */
export function outputSchema(
  ctx: OutputContext,
  type: GraphQLOutputType,
  selection: SelectionSetNode | null | undefined,
): JsonSchema {
  const schema = nonNullOutput(ctx, getNullableType(type), selection)
  return isNonNullType(type) ? schema : orNull(schema)
}

/** The schema of selected data that is not null. */
export function nonNullOutput(
  ctx: OutputContext,
  type: GraphQLOutputType,
  selection: SelectionSetNode | null | undefined,
): JsonSchema {
  const inner = getNullableType(type)
  if (isListType(inner)) return { type: 'array', items: outputSchema(ctx, inner.ofType, selection) }
  if (isScalarType(inner) || isEnumType(inner)) return leafSchema(inner, ctx.components)
  const selections = selection?.selections ?? []
  if (isObjectType(inner)) return memberSchema(ctx, inner, selections)
  if (!isAbstractType(inner)) throw new Error(`there is no schema for ${String(type)}`)
  const members = ctx.schema.getPossibleTypes(inner).map((member) => memberSchema(ctx, member, selections))
  return members.length === 1 && members[0] ? members[0] : { oneOf: members }
}

/** The schema of one type's share of a selection. */
export function memberSchema(
  ctx: OutputContext,
  type: GraphQLObjectType,
  selections: readonly SelectionNode[],
): JsonSchema {
  const own = selections.filter((node) => isFor(ctx, type, node))
  const [only, ...others] = own.filter((node) => node.kind !== Kind.FIELD || node.name.value !== '__typename')
  if (only?.kind !== Kind.FRAGMENT_SPREAD || others.length > 0) return objectSchema(ctx, type, own)
  const name = only.name.value
  if (!ctx.components.has(name)) {
    ctx.components.set(name, {})
    ctx.components.set(name, objectSchema(ctx, type, ctx.fragments.get(name)?.selectionSet.selections ?? []))
  }
  return refTo(name)
}

function objectSchema(ctx: OutputContext, type: GraphQLObjectType, selections: readonly SelectionNode[]): JsonSchema {
  const fields = [...fieldsOf(ctx, type, selections)]
  const named = leafComponent(type, fields)
  if (named && ctx.components.has(named)) return refTo(named)
  const properties = fields.map(([key, nodes]) => [key, fieldSchema(ctx, type, nodes)] as const)
  const schema = {
    type: 'object',
    ...(type.description && { description: type.description.trim() }),
    properties: Object.fromEntries(properties),
    required: fields.map(([key]) => key),
  }
  if (!named) return schema
  ctx.components.set(named, schema)
  return refTo(named)
}

/** A type of scalars that is selected as a whole, such as `Money`, is a component. */
function leafComponent(type: GraphQLObjectType, fields: readonly [string, readonly FieldNode[]][]): string | null {
  const all = Object.values(type.getFields())
  const isLeaf = all.every((field) => isScalarType(getNullableType(field.type)))
  return isLeaf && all.length === fields.length && fields.every(([key]) => key in type.getFields()) ? type.name : null
}

function fieldSchema(ctx: OutputContext, type: GraphQLObjectType, nodes: readonly FieldNode[]): JsonSchema {
  const field = nodes[0] && type.getFields()[nodes[0].name.value]
  if (!field) return { type: 'string', const: type.name }
  const selections = nodes.flatMap((node) => node.selectionSet?.selections ?? [])
  const schema = listOrObject(ctx, field.type, { kind: Kind.SELECTION_SET, selections })
  return described(schema, { description: field.description })
}

/** A connection below the body is an array of its nodes. */
function listOrObject(ctx: OutputContext, type: GraphQLOutputType, selection: SelectionSetNode): JsonSchema {
  const schema = outputSchema(ctx, type, selection)
  if (!isPage(type, selection)) return schema
  const { properties } = nonNullOutput(ctx, type, selection) as { properties: { edges: { items: JsonSchema } } }
  const { node } = properties.edges.items['properties'] as { node: JsonSchema }
  const list = { type: 'array', items: node }
  return isNonNullType(type) ? list : orNull(list)
}

/** The fields that a type gets, by their keys; the same key may be selected more than once. */
function fieldsOf(
  ctx: OutputContext,
  type: GraphQLObjectType,
  selections: readonly SelectionNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  for (const node of selections.filter((one) => isFor(ctx, type, one))) {
    const inner =
      node.kind === Kind.FIELD
        ? new Map([[node.alias?.value ?? node.name.value, [node]]])
        : fieldsOf(ctx, type, selectionsIn(ctx, node))
    for (const [key, nodes] of inner) fields.set(key, [...(fields.get(key) ?? []), ...nodes])
  }
  return fields
}

function selectionsIn({ fragments }: OutputContext, node: SelectionNode): readonly SelectionNode[] {
  if (node.kind === Kind.FRAGMENT_SPREAD) return fragments.get(node.name.value)?.selectionSet.selections ?? []
  return node.selectionSet?.selections ?? []
}

/** Whether a selection is for objects of the type. */
function isFor({ fragments }: OutputContext, type: GraphQLObjectType, node: SelectionNode): boolean {
  if (node.kind === Kind.FIELD) return true
  const condition =
    node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value)?.typeCondition : node.typeCondition
  const name = condition?.name.value ?? type.name
  return name === type.name || type.getInterfaces().some((one) => one.name === name)
}
