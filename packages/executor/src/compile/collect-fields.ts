import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { type Choices, isIncluded } from './conditions.ts'

/** A selection set, and the type it was written for. */
export interface Selected {
  set: SelectionSetNode
  type: GraphQLCompositeType
}

/** What an object answers under one response name. */
export interface CollectedField {
  responseName: string
  name: string
  /** The type of `__typename` is null: it is told by the object itself. */
  type: GraphQLOutputType | null
  /** The type it was asked of, as messages name it. */
  parent: GraphQLCompositeType
  nodes: FieldNode[]
  selected: Selected[]
}

/** What fields are collected for. */
export interface Collecting {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  choices: Choices
}

/** An object's type as its data tells it (null when it does not), and as the schema does. */
export interface Subject {
  typename: string | null
  type: GraphQLCompositeType
}

/** CollectFields of the GraphQL specification (§6.3.2) for one type of object: fields in their order, equal names merged. */
export function collectFields(
  collecting: Collecting,
  selected: readonly Selected[],
  subject: Subject,
): CollectedField[] {
  const fields = new Map<string, CollectedField>()
  for (const one of selected) collectInto({ ...collecting, fields, object: subject }, one, subject)
  return [...fields.values()]
}

type Into = Collecting & { fields: Map<string, CollectedField>; object: Subject }

function collectInto(into: Into, { set, type }: Selected, subject: Subject): void {
  for (const selection of set.selections) {
    if (!isIncluded(selection.directives, into.choices)) continue
    if (selection.kind === Kind.FIELD) {
      collectField(into.fields, { node: selection, type }, subject)
      continue
    }
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : into.fragments.get(selection.name.value)
    if (part?.typeCondition) collectCondition(into, part, subject)
    else if (part) collectInto(into, { set: part.selectionSet, type }, subject)
  }
}

function collectCondition(into: Into, part: InlineFragmentNode | FragmentDefinitionNode, subject: Subject): void {
  const type = part.typeCondition && into.schema.getType(part.typeCondition.name.value)
  if (!isCompositeType(type) || !doesApply(into.schema, type, into.object)) return
  collectInto(into, { set: part.selectionSet, type }, { ...subject, type })
}

/** Whether an object of which only an interface is known may have more fields than `collectFields` finds: those of its own type. */
export function mayHaveMore(collecting: Collecting, selected: readonly Selected[], subject: Subject): boolean {
  return (
    isInterfaceType(subject.type) &&
    selected.some(({ set }) => set.selections.some((one) => isMore(collecting, one, subject)))
  )
}

function isMore(collecting: Collecting, selection: SelectionNode, subject: Subject): boolean {
  if (selection.kind === Kind.FIELD || !isIncluded(selection.directives, collecting.choices)) return false
  const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : collecting.fragments.get(selection.name.value)
  const type = part?.typeCondition && collecting.schema.getType(part.typeCondition.name.value)
  if (isCompositeType(type) && !doesApply(collecting.schema, type, subject)) return true
  return part?.selectionSet.selections.some((one) => isMore(collecting, one, subject)) ?? false
}

function collectField(
  fields: Map<string, CollectedField>,
  { node, type }: { node: FieldNode; type: GraphQLCompositeType },
  subject: Subject,
): void {
  const responseName = (node.alias ?? node.name).value
  const name = node.name.value
  const fieldType = 'getFields' in type ? (type.getFields()[name]?.type ?? null) : null
  let field = fields.get(responseName)
  if (!field) {
    field = { responseName, name, type: fieldType, parent: subject.type, nodes: [], selected: [] }
    fields.set(responseName, field)
  }
  field.nodes.push(node)
  const named = fieldType && getNamedType(fieldType)
  if (node.selectionSet && isCompositeType(named)) field.selected.push({ set: node.selectionSet, type: named })
}

/** An object that does not say what it is, is what the schema says. */
function doesApply(schema: GraphQLSchema, condition: GraphQLCompositeType, { typename, type }: Subject): boolean {
  const actual = typename === null ? type : schema.getType(typename)
  return actual !== undefined && isSameOrKind(schema, condition, actual)
}

function isSameOrKind(schema: GraphQLSchema, condition: GraphQLCompositeType, actual: GraphQLNamedType): boolean {
  if (condition === actual) return true
  const canBeKind = isObjectType(actual) || isInterfaceType(actual)
  return canBeKind && isAbstractType(condition) && schema.isSubType(condition, actual)
}
