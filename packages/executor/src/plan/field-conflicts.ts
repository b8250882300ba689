import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import { isIntrospection, responseNameOf, signatureOf } from './document-fields.ts'

/** The fields, as `signatureOf` writes them, by the response name that they share. */
export type FieldConflicts = ReadonlyMap<string, readonly string[]>

interface WalkContext {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** By path. */
  found: Map<string, string>
  /** By response name. */
  signatures: Map<string, string[]>
  conflicts: Set<string>
}

/**
 * Finds response names that stand for different fields or arguments at one path of an operation. That is valid when the fields belong
 * to different object types.
 */
export function findFieldConflicts(
  { selectionSet }: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldConflicts {
  const context: WalkContext = { fragments, found: new Map(), signatures: new Map(), conflicts: new Set() }
  walk(context, selectionSet, '')
  return new Map([...context.signatures].filter(([name]) => context.conflicts.has(name)))
}

function walk(context: WalkContext, { selections }: SelectionSetNode, above: string): void {
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value)
      if (part) walk(context, part.selectionSet, above)
      continue
    }
    const name = responseNameOf(selection)
    const path = `${above}/${name}`
    addField(context, { name, path, signature: signatureOf(selection) })
    if (selection.selectionSet && !isIntrospection(selection)) walk(context, selection.selectionSet, path)
  }
}

function addField(
  { found, signatures, conflicts }: WalkContext,
  field: { name: string; path: string; signature: string },
): void {
  const { name, path, signature } = field
  const known = signatures.get(name) ?? []
  if (!known.includes(signature)) signatures.set(name, [...known, signature])
  const first = found.get(path) ?? signature
  found.set(path, first)
  if (first !== signature) conflicts.add(name)
}
