import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import { isIntrospection, responseNameOf, signatureOf } from './document-fields.ts'

/** By response name, the fields that it stands for, as `signatureOf` puts them. */
export type UnlikeFields = ReadonlyMap<string, readonly string[]>

interface Walking {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** By path. */
  found: Map<string, string>
  /** By response name. */
  signatures: Map<string, string[]>
  unlike: Set<string>
}

/**
 * The response names that stand for several fields at one path of an operation, or for one field with several arguments. That is
 * valid where objects of different types lie there.
 */
export function findUnlike(
  { selectionSet }: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): UnlikeFields {
  const walking: Walking = { fragments, found: new Map(), signatures: new Map(), unlike: new Set() }
  walk(walking, selectionSet, '')
  return new Map([...walking.signatures].filter(([name]) => walking.unlike.has(name)))
}

function walk(walking: Walking, { selections }: SelectionSetNode, above: string): void {
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : walking.fragments.get(selection.name.value)
      if (part) walk(walking, part.selectionSet, above)
      continue
    }
    const name = responseNameOf(selection)
    const path = `${above}/${name}`
    note(walking, { name, path, signature: signatureOf(selection) })
    if (selection.selectionSet && !isIntrospection(selection)) walk(walking, selection.selectionSet, path)
  }
}

function note({ found, signatures, unlike }: Walking, field: { name: string; path: string; signature: string }): void {
  const { name, path, signature } = field
  const known = signatures.get(name) ?? []
  if (!known.includes(signature)) signatures.set(name, [...known, signature])
  const first = found.get(path) ?? signature
  found.set(path, first)
  if (first !== signature) unlike.add(name)
}
