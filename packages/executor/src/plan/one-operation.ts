import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { fragmentsOf, isIntrospection } from './document-fields.ts'

/**
 * The document with that operation alone, and the fragments that it spreads. A planner reads all of a document, and would miss in the
 * fragments of other operations the variables that those define.
 */
export function onlyOperation(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  return operations.length < 2 ? document : { ...document, definitions: reachedFrom(operation, fragmentsOf(document)) }
}

/**
 * The document, of one operation, without what is asked about the schema, which no planner has to know; null where nothing else is
 * asked. A field with no selection left asks for its `__typename`.
 */
export function withoutIntrospection(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode | null {
  if (!asksAboutSchema(document)) return document
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const fragment of innermostFirst(fragmentsOf(document))) {
    const rest = restOf(fragment, fragments)
    if (rest) fragments.set(fragment.name.value, rest)
  }
  const rest = restOf(operation, fragments)
  return rest && { ...document, definitions: reachedFrom(rest, fragments) }
}

/** What is left of it; null where nothing is. Of fragments, those are known of which something is left. */
function restOf<T extends { selectionSet: SelectionSetNode }>(node: T, fragments: Fragments): T | null {
  const selections = node.selectionSet.selections.flatMap((selection) => kept(selection, fragments))
  return selections.length === 0 ? null : { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }
}

function kept(selection: SelectionNode, fragments: Fragments): SelectionNode[] {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return fragments.has(selection.name.value) ? [selection] : []
  if (selection.kind === Kind.INLINE_FRAGMENT) return [restOf(selection, fragments) ?? []].flat()
  if (isIntrospection(selection)) return []
  const { selectionSet } = selection
  return [selectionSet ? (restOf({ ...selection, selectionSet }, fragments) ?? onlyTypename(selection)) : selection]
}

function onlyTypename(field: FieldNode): FieldNode {
  const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
  return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections: [typename] } }
}

type Part = OperationDefinitionNode | FragmentDefinitionNode
type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function asksAboutSchema(document: DocumentNode): boolean {
  let isAsked = false
  visit(document, {
    Field: (field) => {
      isAsked ||= isIntrospection(field)
    },
  })
  return isAsked
}

/** An operation and the fragments that it spreads, at any depth, each once. */
export function reachedFrom(operation: OperationDefinitionNode, fragments: Fragments): Part[] {
  const reached = new Set<Part>([operation])
  for (const part of reached) for (const spread of spreadsIn(part, fragments)) reached.add(spread)
  return [...reached]
}

/** Fragments in an order in which each comes after those that it spreads. */
function innermostFirst(fragments: Fragments): ReadonlySet<FragmentDefinitionNode> {
  const sorted = new Set<FragmentDefinitionNode>()
  const add = (fragment: FragmentDefinitionNode): void => {
    if (sorted.has(fragment)) return
    for (const spread of spreadsIn(fragment, fragments)) add(spread)
    sorted.add(fragment)
  }
  for (const fragment of fragments.values()) add(fragment)
  return sorted
}

function spreadsIn(part: Part, fragments: Fragments): FragmentDefinitionNode[] {
  const found: FragmentDefinitionNode[] = []
  visit(part, {
    FragmentSpread: ({ name }) => {
      const fragment = fragments.get(name.value)
      if (fragment) found.push(fragment)
    },
  })
  return found
}
