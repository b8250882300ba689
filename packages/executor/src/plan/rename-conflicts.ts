import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { fragmentsOf, isIntrospection, responseNameOf, signatureOf } from './document-fields.ts'
import { findUnlike } from './field-conflicts.ts'

/** The client's own response name of one in the document that is planned. */
export type ClientName = (responseName: string) => string

/** A document as the planner gets it, and what its client calls things. */
export interface SetApart {
  document: DocumentNode
  clientName: ClientName
}

const asIs: ClientName = (name) => name

/**
 * Renames what a client calls by a name that plans use for something else. The planner puts the fields of keys and of `@requires`
 * among the client's own, under their plain names: an alias, or other arguments, would stand in for them, and be believed. And it
 * fetches from objects at one path what is asked of any of them, whatever they lie in: of fields that share a response name there
 * and are not the same, all but one are renamed.
 */
export function setApart(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  reserved: ReadonlySet<string>,
): SetApart {
  const names = new Set<string>()
  let isMistakable = false
  for (const field of fieldsOf(document)) {
    names.add(responseNameOf(field))
    isMistakable ||= mayBeMistaken(field, reserved)
  }
  const unlike = findUnlike(operation, fragmentsOf(document))
  if (!isMistakable && unlike.size === 0) return { document, clientName: asIs }
  const renaming: Renaming = { prefix: prefixBeside(names), reserved, unlike, clientNames: new Map() }
  return {
    document: { ...document, definitions: document.definitions.map((node) => renamedIn(node, renaming)) },
    clientName: (name) => renaming.clientNames.get(name) ?? name,
  }
}

/** Whether a plan could take this for a field that it needs itself. */
function mayBeMistaken(field: FieldNode, reserved: ReadonlySet<string>): boolean {
  const name = responseNameOf(field)
  if (isIntrospection(field) || !reserved.has(name)) return false
  return name !== field.name.value || (field.arguments?.length ?? 0) > 0
}

function* fieldsOf(node: DocumentNode): Generator<FieldNode> {
  for (const definition of node.definitions) if ('selectionSet' in definition) yield* fieldsIn(definition.selectionSet)
}

function* fieldsIn({ selections }: SelectionSetNode): Generator<FieldNode> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield selection
    if (selection.kind === Kind.FIELD && isIntrospection(selection)) continue
    if ('selectionSet' in selection && selection.selectionSet) yield* fieldsIn(selection.selectionSet)
  }
}

function prefixBeside(names: ReadonlySet<string>): string {
  let prefix = 'client_'
  while ([...names].some((name) => name.startsWith(prefix))) prefix = `_${prefix}`
  return prefix
}

interface Renaming {
  prefix: string
  reserved: ReadonlySet<string>
  unlike: ReturnType<typeof findUnlike>
  /** What was renamed, by its new name. */
  clientNames: Map<string, string>
}

function renamedIn<T extends object>(node: T, renaming: Renaming): T {
  if (!('selectionSet' in node) || !node.selectionSet) return node
  const { selections } = node.selectionSet as SelectionSetNode
  return {
    ...node,
    selectionSet: { kind: Kind.SELECTION_SET, selections: selections.map((one) => renamed(one, renaming)) },
  }
}

function renamed(selection: SelectionNode, renaming: Renaming): SelectionNode {
  if (selection.kind !== Kind.FIELD) return renamedIn(selection, renaming)
  if (isIntrospection(selection)) return selection
  const field = renamedIn(selection, renaming)
  const value = newNameOf(selection, renaming)
  return value === null ? field : { ...field, alias: { kind: Kind.NAME, value } }
}

/** One for each field and arguments that a response name stands for; null for the first, unless plans use that name. */
function newNameOf(field: FieldNode, { prefix, reserved, unlike, clientNames }: Renaming): string | null {
  const name = responseNameOf(field)
  const place = unlike.get(name)?.indexOf(signatureOf(field)) ?? 0
  if (place <= 0 && !mayBeMistaken(field, reserved)) return null
  const made = `${prefix}${place > 0 ? `${place}_` : ''}${name}`
  clientNames.set(made, name)
  return made
}

/** Errors whose paths are as the client named things. */
export function withClientPaths(errors: readonly GraphQLError[], clientName: ClientName): readonly GraphQLError[] {
  if (clientName === asIs) return errors
  return errors.map((error) => {
    const path = error.path?.map((key) => (typeof key === 'string' ? clientName(key) : key))
    const { originalError, extensions } = error
    return new GraphQLError(error.message, { path, extensions, ...(originalError && { originalError }) })
  })
}
