import { fragmentsOf } from '@tikitu/federation-executor/plan/document-fields'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { measureRecursion } from './measure-recursion.ts'

/** The size of a document. Fragments count wherever they are spread. */
export interface Measures {
  /** Levels of nested fields. */
  depth: number
  /** The number of fields. */
  height: number
  /** Aliases, and fields repeated in a selection set. */
  aliases: number
  rootFields: number
  directives: number
  /** How often a field is nested in itself. */
  recursion: number
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>
type Walk = { fragments: Fragments; done: Map<string, Measures>; open: Set<string> }

/** Measures a document in linear time, however its fragments are spread. The largest operation counts. */
export function measureDocument(document: DocumentNode): Measures {
  const walk: Walk = { fragments: fragmentsOf(document), done: new Map(), open: new Set() }
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  return operations.map((operation) => measureOperation(operation, walk)).reduce(largest, nothing())
}

function measureOperation(operation: OperationDefinitionNode, walk: Walk): Measures {
  const measures = measureSelections(operation.selectionSet, walk)
  const variables = (operation.variableDefinitions ?? []).reduce(
    (sum, variable) => sum + (variable.directives?.length ?? 0),
    0,
  )
  const recursion = measureRecursion(operation.selectionSet, walk.fragments)
  return { ...measures, recursion, directives: measures.directives + variables + (operation.directives?.length ?? 0) }
}

/** `rootFields` counts the direct fields of a selection set. */
function measureSelections({ selections }: SelectionSetNode, walk: Walk): Measures {
  const sum = nothing()
  const seen = new Set<string>()
  for (const selection of selections) {
    sum.directives += selection.directives?.length ?? 0
    add(sum, measureSelection(selection, walk))
    if (selection.kind !== Kind.FIELD) continue
    const name = (selection.alias ?? selection.name).value
    if (selection.alias || seen.has(name)) sum.aliases++
    seen.add(name)
  }
  return sum
}

function measureSelection(selection: SelectionNode, walk: Walk): Measures {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return measureFragment(selection.name.value, walk)
  const inner = selection.selectionSet ? measureSelections(selection.selectionSet, walk) : nothing()
  if (selection.kind === Kind.INLINE_FRAGMENT) return inner
  return { ...inner, depth: inner.depth + 1, height: inner.height + 1, rootFields: 1 }
}

/** A fragment that spreads itself counts as 0: another rule rejects it. */
function measureFragment(name: string, walk: Walk): Measures {
  const known = walk.done.get(name)
  const fragment = walk.fragments.get(name)
  if (known || !fragment || walk.open.has(name)) return known ?? nothing()
  walk.open.add(name)
  const measures = measureSelections(fragment.selectionSet, walk)
  walk.open.delete(name)
  walk.done.set(name, { ...measures, directives: measures.directives + (fragment.directives?.length ?? 0) })
  return walk.done.get(name) ?? measures
}

function add(sum: Measures, part: Measures): void {
  sum.depth = Math.max(sum.depth, part.depth)
  sum.height += part.height
  sum.aliases += part.aliases
  sum.rootFields += part.rootFields
  sum.directives += part.directives
}

function largest(a: Measures, b: Measures): Measures {
  return {
    depth: Math.max(a.depth, b.depth),
    height: Math.max(a.height, b.height),
    aliases: Math.max(a.aliases, b.aliases),
    rootFields: Math.max(a.rootFields, b.rootFields),
    directives: Math.max(a.directives, b.directives),
    recursion: Math.max(a.recursion, b.recursion),
  }
}

function nothing(): Measures {
  return { depth: 0, height: 0, aliases: 0, rootFields: 0, directives: 0, recursion: 0 }
}
