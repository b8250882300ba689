import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { fragmentsOf } from './document-fields.ts'

interface Writing {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * The operation with a fragment for each type of object in place of every fragment on an interface or a union within another one. It
 * asks for the same.
 */
export function withObjectTypes(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const type = schema.getRootType(operation.operation)
  if (!type) return document
  const selectionSet = writeSet({ schema, fragments: fragmentsOf(document) }, operation.selectionSet, type)
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] }
}

function writeSet(writing: Writing, { selections }: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
  const written = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return [writeField(writing, selection, type)]
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : writing.fragments.get(selection.name.value)
    if (!part) return []
    const condition = part.typeCondition && writing.schema.getType(part.typeCondition.name.value)
    return typesWithin(writing.schema, type, condition).map((one) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: one.name } },
      directives: selection.directives ?? [],
      selectionSet: writeSet(writing, part.selectionSet, one),
    }))
  })
  return { kind: Kind.SELECTION_SET, selections: written.length > 0 ? written : [typename] }
}

function writeField(writing: Writing, field: FieldNode, type: GraphQLCompositeType): FieldNode {
  const definition = 'getFields' in type ? type.getFields()[field.name.value] : undefined
  const named = definition && getNamedType(definition.type)
  if (!field.selectionSet || !isCompositeType(named)) return field
  return { ...field, selectionSet: writeSet(writing, field.selectionSet, named) }
}

/** The types that a fragment is written for, where it stands. */
function typesWithin(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  condition: GraphQLNamedType | undefined,
): readonly GraphQLCompositeType[] {
  if (!isCompositeType(condition) || condition === type) return [type]
  if (isObjectType(type)) return isPossible(schema, condition, type) ? [type] : []
  if (isObjectType(condition)) return [condition]
  return schema.getPossibleTypes(type).filter((one) => isPossible(schema, condition, one))
}

function isPossible(schema: GraphQLSchema, abstract: GraphQLCompositeType, type: GraphQLObjectType): boolean {
  return isAbstractType(abstract) && schema.isSubType(abstract, type)
}
