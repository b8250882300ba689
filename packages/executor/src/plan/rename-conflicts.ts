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
import { findFieldConflicts } from './field-conflicts.ts'

/** Maps a response name of the plan to the client's. */
export type ClientName = (responseName: string) => string

/** A document for the planner, and the client's response names. */
export interface RenamedDocument {
  document: DocumentNode
  clientName: ClientName
}

const sameName: ClientName = (name) => name

/**
 * Gives conflicting response names an alias. The planner adds the fields of keys and `@requires` under their plain names, so a client
 * field with such a name but another meaning would be sent in their place. And it merges the fields of all objects at one path, so of
 * different fields with the same response name there, all but one are renamed.
 */
export function renameConflicts(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  reserved: ReadonlySet<string>,
): RenamedDocument {
  const names = new Set<string>()
  let hasReservedName = false
  for (const field of fieldsOf(document)) {
    names.add(responseNameOf(field))
    hasReservedName ||= conflictsWithPlan(field, reserved)
  }
  const conflicts = findFieldConflicts(operation, fragmentsOf(document))
  if (!hasReservedName && conflicts.size === 0) return { document, clientName: sameName }
  const context: RenameContext = { prefix: unusedPrefix(names), reserved, conflicts, clientNames: new Map() }
  return {
    document: { ...document, definitions: document.definitions.map((node) => renameSelections(node, context)) },
    clientName: (name) => context.clientNames.get(name) ?? name,
  }
}

/** Whether a plan would use this field as a key or requirement. */
function conflictsWithPlan(field: FieldNode, reserved: ReadonlySet<string>): boolean {
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

function unusedPrefix(names: ReadonlySet<string>): string {
  let prefix = 'client_'
  while ([...names].some((name) => name.startsWith(prefix))) prefix = `_${prefix}`
  return prefix
}

interface RenameContext {
  prefix: string
  reserved: ReadonlySet<string>
  conflicts: ReturnType<typeof findFieldConflicts>
  /** The client's response name by the new one. */
  clientNames: Map<string, string>
}

function renameSelections<T extends object>(node: T, context: RenameContext): T {
  if (!('selectionSet' in node) || !node.selectionSet) return node
  const { selections } = node.selectionSet as SelectionSetNode
  return {
    ...node,
    selectionSet: { kind: Kind.SELECTION_SET, selections: selections.map((one) => renameSelection(one, context)) },
  }
}

function renameSelection(selection: SelectionNode, context: RenameContext): SelectionNode {
  if (selection.kind !== Kind.FIELD) return renameSelections(selection, context)
  if (isIntrospection(selection)) return selection
  const field = renameSelections(selection, context)
  const value = newNameFor(selection, context)
  return value === null ? field : { ...field, alias: { kind: Kind.NAME, value } }
}

/** A new name for a field that conflicts; null when it keeps its name. */
function newNameFor(field: FieldNode, { prefix, reserved, conflicts, clientNames }: RenameContext): string | null {
  const name = responseNameOf(field)
  const place = conflicts.get(name)?.indexOf(signatureOf(field)) ?? 0
  if (place <= 0 && !conflictsWithPlan(field, reserved)) return null
  const newName = `${prefix}${place > 0 ? `${place}_` : ''}${name}`
  clientNames.set(newName, name)
  return newName
}

/** Replaces the response names in error paths by the client's. */
export function restoreClientPaths(errors: readonly GraphQLError[], clientName: ClientName): readonly GraphQLError[] {
  if (clientName === sameName) return errors
  return errors.map((error) => {
    const path = error.path?.map((key) => (typeof key === 'string' ? clientName(key) : key))
    const { originalError, extensions } = error
    return new GraphQLError(error.message, { path, extensions, ...(originalError && { originalError }) })
  })
}
