import { type FragmentDefinitionNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql'

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>
/** The maximum number of occurrences of each field on a path. */
type Occurrences = ReadonlyMap<string, number>
type Walk = { fragments: Fragments; done: Map<string, Occurrences>; open: Set<string> }

const none: Occurrences = new Map()

/** The maximum nesting of a field in itself on a path from the root; 1 when there is none. */
export function measureRecursion(root: SelectionSetNode, fragments: Fragments): number {
  return Math.max(0, ...occurrencesIn(root, { fragments, done: new Map(), open: new Set() }).values())
}

function occurrencesIn(set: SelectionSetNode, walk: Walk): Occurrences {
  const most = new Map<string, number>()
  for (const selection of set.selections) {
    for (const [name, count] of occurrencesOf(selection, walk)) most.set(name, Math.max(count, most.get(name) ?? 0))
  }
  return most
}

function occurrencesOf(selection: SelectionNode, walk: Walk): Occurrences {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return occurrencesInFragment(selection.name.value, walk)
  if (!selection.selectionSet) return none
  const inner = occurrencesIn(selection.selectionSet, walk)
  if (selection.kind === Kind.INLINE_FRAGMENT) return inner
  const name = selection.name.value
  return new Map(inner).set(name, 1 + (inner.get(name) ?? 0))
}

/** A fragment that spreads itself counts as 0: another rule rejects it. */
function occurrencesInFragment(name: string, walk: Walk): Occurrences {
  const known = walk.done.get(name)
  const fragment = walk.fragments.get(name)
  if (known || !fragment || walk.open.has(name)) return known ?? none
  walk.open.add(name)
  const found = occurrencesIn(fragment.selectionSet, walk)
  walk.open.delete(name)
  walk.done.set(name, found)
  return found
}
