import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { isSameOrSubtype } from '../lib/type-condition.ts'
import { fragmentsOf } from './document-fields.ts'

interface ExpandContext {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * Replaces each fragment on an abstract type within another abstract type by fragments on the object types. The result selects the
 * same fields.
 */
export function expandAbstractFragments(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const type = schema.getRootType(operation.operation)
  if (!type) return document
  const selectionSet = expandSet({ schema, fragments: fragmentsOf(document) }, operation.selectionSet, type)
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] }
}

function expandSet(
  context: ExpandContext,
  { selections }: SelectionSetNode,
  type: GraphQLCompositeType,
): SelectionSetNode {
  const expanded = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return [expandField(context, selection, type)]
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value)
    if (!part) return []
    const condition = part.typeCondition && context.schema.getType(part.typeCondition.name.value)
    return typesWithin(context.schema, type, condition).map((one) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: one.name } },
      directives: selection.directives ?? [],
      selectionSet: expandSet(context, part.selectionSet, one),
    }))
  })
  return { kind: Kind.SELECTION_SET, selections: expanded.length > 0 ? expanded : [typename] }
}

function expandField(context: ExpandContext, field: FieldNode, type: GraphQLCompositeType): FieldNode {
  const definition = 'getFields' in type ? type.getFields()[field.name.value] : undefined
  const named = definition && getNamedType(definition.type)
  if (!field.selectionSet || !isCompositeType(named)) return field
  return { ...field, selectionSet: expandSet(context, field.selectionSet, named) }
}

/** The types to expand a fragment to within its parent type. */
function typesWithin(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  condition: GraphQLNamedType | undefined,
): readonly GraphQLCompositeType[] {
  if (!isCompositeType(condition) || condition === type) return [type]
  if (isObjectType(type)) return isSameOrSubtype(schema, type, condition) ? [type] : []
  if (isObjectType(condition)) return [condition]
  return schema.getPossibleTypes(type).filter((one) => isSameOrSubtype(schema, one, condition))
}
