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
 * The document with one operation and the fragments that it uses. The planner reads the whole document and fails on fragments with
 * variables that only another operation defines.
 */
export function extractOperation(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  return operations.length < 2
    ? document
    : { ...document, definitions: withUsedFragments(operation, fragmentsOf(document)) }
}

/**
 * The document without introspection fields, which need no plan; null when nothing else is selected. Fields whose selection set
 * becomes empty get `__typename`.
 */
export function withoutIntrospection(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode | null {
  if (!hasIntrospection(document)) return document
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const fragment of sortBySpreads(fragmentsOf(document))) {
    const rest = filterNode(fragment, fragments)
    if (rest) fragments.set(fragment.name.value, rest)
  }
  const rest = filterNode(operation, fragments)
  return rest && { ...document, definitions: withUsedFragments(rest, fragments) }
}

/** The node without introspection fields; null when nothing is left. `fragments` holds the filtered fragments that are not empty. */
function filterNode<T extends { selectionSet: SelectionSetNode }>(node: T, fragments: Fragments): T | null {
  const selections = node.selectionSet.selections.flatMap((selection) => filterSelection(selection, fragments))
  return selections.length === 0 ? null : { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }
}

function filterSelection(selection: SelectionNode, fragments: Fragments): SelectionNode[] {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return fragments.has(selection.name.value) ? [selection] : []
  if (selection.kind === Kind.INLINE_FRAGMENT) return [filterNode(selection, fragments) ?? []].flat()
  if (isIntrospection(selection)) return []
  const { selectionSet } = selection
  return [selectionSet ? (filterNode({ ...selection, selectionSet }, fragments) ?? onlyTypename(selection)) : selection]
}

function onlyTypename(field: FieldNode): FieldNode {
  const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
  return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections: [typename] } }
}

type Part = OperationDefinitionNode | FragmentDefinitionNode
type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function hasIntrospection(document: DocumentNode): boolean {
  let isFound = false
  visit(document, {
    Field: (field) => {
      isFound ||= isIntrospection(field)
    },
  })
  return isFound
}

/** An operation and all fragments that it uses, each once. */
export function withUsedFragments(operation: OperationDefinitionNode, fragments: Fragments): Part[] {
  const used = new Set<Part>([operation])
  for (const part of used) for (const spread of spreadsIn(part, fragments)) used.add(spread)
  return [...used]
}

/** Sorts fragments so that each comes after the fragments that it spreads. */
function sortBySpreads(fragments: Fragments): ReadonlySet<FragmentDefinitionNode> {
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
