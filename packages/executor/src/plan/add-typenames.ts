import type { QueryPlan } from '@apollo/query-planner'
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { fragmentsOf, isIntrospection, responseNameOf } from './document-fields.ts'
import { fetchedBy } from './write-conflicts.ts'

/**
 * The document with `__typename` added to what the plan leaves out; null where it leaves out nothing. The planner does not ask a
 * subgraph for an object of which, as far as the schema tells, there can be none: an interface that no type there implements. What
 * the subgraph says of it, null or an error, is not known then.
 */
export function askWhatItIs(
  schema: GraphQLSchema,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  { node }: QueryPlan,
): DocumentNode | null {
  if (node?.kind === 'Subscription') return null
  const unsure = abstractFieldsIn(schema, document)
  if (unsure.size === 0) return null
  const leftOut = new Set<FieldNode>()
  const walking: Walking = { fragments: fragmentsOf(document), fetched: fetchedBy(node), unsure, leftOut }
  walk(walking, operation.selectionSet, '')
  return leftOut.size === 0 ? null : withTypename(document, leftOut)
}

function abstractFieldsIn(schema: GraphQLSchema, document: DocumentNode): Set<FieldNode> {
  const fields = new Set<FieldNode>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (field) => {
        if (isAbstractType(getNamedType(info.getType()))) fields.add(field)
      },
    }),
  )
  return fields
}

interface Walking {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  fetched: ReadonlySet<string>
  unsure: ReadonlySet<FieldNode>
  leftOut: Set<FieldNode>
}

function walk(walking: Walking, { selections }: SelectionSetNode, above: string): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) walkField(walking, selection, above)
    else {
      const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : walking.fragments.get(selection.name.value)
      if (part) walk(walking, part.selectionSet, above)
    }
  }
}

function walkField(walking: Walking, field: FieldNode, above: string): void {
  const path = `${above}/${responseNameOf(field)}`
  if (walking.unsure.has(field) && !walking.fetched.has(path)) walking.leftOut.add(field)
  if (field.selectionSet) walk(walking, field.selectionSet, path)
}

/**
 * The document with `__typename` added to selections of which nothing may be left. The planner skips a fetch when all that is asked of
 * it is skipped; but whether there is an object, empty as its answer may be, only a subgraph can tell.
 */
export function askWhetherItIs(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const asking: Asking = { schema, fragments: fragmentsOf(document) }
  const fields = new Set<FieldNode>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (field) => {
        if (isIntrospection(field)) return false
        const type = getNamedType(info.getType())
        if (field.selectionSet && isCompositeType(type) && mayBeEmpty(asking, field.selectionSet, type))
          fields.add(field)
        return undefined
      },
    }),
  )
  return fields.size === 0 ? document : withTypename(document, fields)
}

interface Asking {
  schema: GraphQLSchema
  fragments: Walking['fragments']
}

function mayBeEmpty(asking: Asking, { selections }: SelectionSetNode, type: GraphQLCompositeType): boolean {
  return selections.every((selection) => {
    if (selection.directives?.some(maySkip)) return true
    if (selection.kind === Kind.FIELD) return false
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : asking.fragments.get(selection.name.value)
    if (!part) return true
    const narrowed = narrow(asking.schema, type, part.typeCondition?.name.value)
    return narrowed === null || mayBeEmpty(asking, part.selectionSet, narrowed)
  })
}

/** What an object is within a fragment; null when it cannot be there. */
function narrow(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  to: string | undefined,
): GraphQLCompositeType | null {
  const condition = to === undefined ? type : schema.getType(to)
  if (!isCompositeType(condition) || condition === type) return type
  if (!isObjectType(type)) return condition
  return isAbstractType(condition) && schema.isSubType(condition, type) ? type : null
}

/** What literals skip is not in the document any more. */
function maySkip({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include'
}

function withTypename(document: DocumentNode, fields: ReadonlySet<FieldNode>): DocumentNode {
  const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
  return visit(document, {
    Field: (field) => {
      if (!fields.has(field) || !field.selectionSet) return undefined
      const selections = [typename, ...field.selectionSet.selections]
      return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } }
    },
  })
}
