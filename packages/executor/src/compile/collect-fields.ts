import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isCompositeType,
  isInterfaceType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { isSameOrSubtype } from '../lib/type-condition.ts'
import { type ConditionValues, isIncluded } from './conditions.ts'

/** A selection set and its parent type. */
export interface TypedSelectionSet {
  set: SelectionSetNode
  type: GraphQLCompositeType
}

/** The merged fields of an object under one response name. */
export interface CollectedField {
  responseName: string
  name: string
  /** Null for `__typename`, whose value comes from the object itself. */
  type: GraphQLOutputType | null
  /** The parent type, as error messages name it. */
  parent: GraphQLCompositeType
  nodes: FieldNode[]
  selectionSets: TypedSelectionSet[]
}

/** The operation and the condition values to collect fields for. */
export interface CollectContext {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  conditions: ConditionValues
}

/** An object's type: the `__typename` in its data, null when it has none, and the type by the schema. */
export interface RuntimeType {
  typename: string | null
  type: GraphQLCompositeType
}

/** CollectFields of the GraphQL specification (§6.3.2) for one runtime type. */
export function collectFields(
  context: CollectContext,
  selectionSets: readonly TypedSelectionSet[],
  runtimeType: RuntimeType,
): CollectedField[] {
  const fields = new Map<string, CollectedField>()
  for (const one of selectionSets) collectSelections({ ...context, fields, object: runtimeType }, one, runtimeType)
  return [...fields.values()]
}

type CollectState = CollectContext & { fields: Map<string, CollectedField>; object: RuntimeType }

function collectSelections(state: CollectState, { set, type }: TypedSelectionSet, runtimeType: RuntimeType): void {
  for (const selection of set.selections) {
    if (!isIncluded(selection.directives, state.conditions)) continue
    if (selection.kind === Kind.FIELD) {
      collectField(state.fields, { node: selection, type }, runtimeType)
      continue
    }
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : state.fragments.get(selection.name.value)
    if (part?.typeCondition) collectFragment(state, part, runtimeType)
    else if (part) collectSelections(state, { set: part.selectionSet, type }, runtimeType)
  }
}

function collectFragment(
  state: CollectState,
  part: InlineFragmentNode | FragmentDefinitionNode,
  runtimeType: RuntimeType,
): void {
  const type = part.typeCondition && state.schema.getType(part.typeCondition.name.value)
  if (!isCompositeType(type) || !doesFragmentApply(state.schema, type, state.object)) return
  collectSelections(state, { set: part.selectionSet, type }, { ...runtimeType, type })
}

/** Whether an object of unknown type within an interface may have more fields than `collectFields` finds. */
export function mayHaveMoreFields(
  context: CollectContext,
  selectionSets: readonly TypedSelectionSet[],
  runtimeType: RuntimeType,
): boolean {
  return (
    isInterfaceType(runtimeType.type) &&
    selectionSets.some(({ set }) => set.selections.some((one) => mayAddFields(context, one, runtimeType)))
  )
}

function mayAddFields(context: CollectContext, selection: SelectionNode, runtimeType: RuntimeType): boolean {
  if (selection.kind === Kind.FIELD || !isIncluded(selection.directives, context.conditions)) return false
  const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value)
  const type = part?.typeCondition && context.schema.getType(part.typeCondition.name.value)
  if (isCompositeType(type) && !doesFragmentApply(context.schema, type, runtimeType)) return true
  return part?.selectionSet.selections.some((one) => mayAddFields(context, one, runtimeType)) ?? false
}

function collectField(
  fields: Map<string, CollectedField>,
  { node, type }: { node: FieldNode; type: GraphQLCompositeType },
  runtimeType: RuntimeType,
): void {
  const responseName = (node.alias ?? node.name).value
  const name = node.name.value
  const fieldType = 'getFields' in type ? (type.getFields()[name]?.type ?? null) : null
  let field = fields.get(responseName)
  if (!field) {
    field = { responseName, name, type: fieldType, parent: runtimeType.type, nodes: [], selectionSets: [] }
    fields.set(responseName, field)
  }
  field.nodes.push(node)
  const named = fieldType && getNamedType(fieldType)
  if (node.selectionSet && isCompositeType(named)) field.selectionSets.push({ set: node.selectionSet, type: named })
}

/** An object without `__typename` has the type that the schema gives it. */
function doesFragmentApply(
  schema: GraphQLSchema,
  condition: GraphQLCompositeType,
  { typename, type }: RuntimeType,
): boolean {
  const actual = typename === null ? type : schema.getType(typename)
  return isSameOrSubtype(schema, actual, condition)
}
