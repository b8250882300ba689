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
import { isSameOrSubtype } from '../lib/type-condition.ts'
import { fragmentsOf, isIntrospection, responseNameOf } from './document-fields.ts'
import { fetchedPaths } from './write-conflicts.ts'

/**
 * Adds `__typename` to the fields that the plan does not fetch; null when the plan fetches all. The planner skips an interface field
 * when no type in that subgraph implements the interface, so the subgraph's null or error would be lost.
 */
export function addMissingTypenames(
  schema: GraphQLSchema,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  { node }: QueryPlan,
): DocumentNode | null {
  if (node?.kind === 'Subscription') return null
  const abstractFields = findAbstractFields(schema, document)
  if (abstractFields.size === 0) return null
  const missing = new Set<FieldNode>()
  const context: WalkContext = {
    fragments: fragmentsOf(document),
    fetched: fetchedPaths(node),
    abstractFields,
    missing,
  }
  walk(context, operation.selectionSet, '')
  return missing.size === 0 ? null : withTypename(document, missing)
}

function findAbstractFields(schema: GraphQLSchema, document: DocumentNode): Set<FieldNode> {
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

interface WalkContext {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  fetched: ReadonlySet<string>
  abstractFields: ReadonlySet<FieldNode>
  missing: Set<FieldNode>
}

function walk(context: WalkContext, { selections }: SelectionSetNode, above: string): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) walkField(context, selection, above)
    else {
      const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value)
      if (part) walk(context, part.selectionSet, above)
    }
  }
}

function walkField(context: WalkContext, field: FieldNode, above: string): void {
  const path = `${above}/${responseNameOf(field)}`
  if (context.abstractFields.has(field) && !context.fetched.has(path)) context.missing.add(field)
  if (field.selectionSet) walk(context, field.selectionSet, path)
}

/**
 * Adds `__typename` to selection sets that `@skip` and `@include` may empty. The planner skips a fetch with an empty selection set,
 * but only the subgraph knows whether the object is null.
 */
export function addTypenames(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const context: SchemaContext = { schema, fragments: fragmentsOf(document) }
  const fields = new Set<FieldNode>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (field) => {
        if (isIntrospection(field)) return false
        const type = getNamedType(info.getType())
        if (field.selectionSet && isCompositeType(type) && mayBeEmpty(context, field.selectionSet, type))
          fields.add(field)
        return undefined
      },
    }),
  )
  return fields.size === 0 ? document : withTypename(document, fields)
}

interface SchemaContext {
  schema: GraphQLSchema
  fragments: WalkContext['fragments']
}

function mayBeEmpty(context: SchemaContext, { selections }: SelectionSetNode, type: GraphQLCompositeType): boolean {
  return selections.every((selection) => {
    if (selection.directives?.some(isCondition)) return true
    if (selection.kind === Kind.FIELD) return false
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value)
    if (!part) return true
    const narrowed = narrow(context.schema, type, part.typeCondition?.name.value)
    return narrowed === null || mayBeEmpty(context, part.selectionSet, narrowed)
  })
}

/** The type of an object within a fragment; null when the fragment cannot apply to it. */
function narrow(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  to: string | undefined,
): GraphQLCompositeType | null {
  const condition = to === undefined ? type : schema.getType(to)
  if (!isCompositeType(condition) || condition === type) return type
  if (!isObjectType(type)) return condition
  return isSameOrSubtype(schema, type, condition) ? type : null
}

/** `@skip` or `@include` with a variable: those with literals have been applied before. */
function isCondition({ name }: DirectiveNode): boolean {
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
