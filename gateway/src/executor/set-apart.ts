import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

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
 * among the client's own, under their plain names: an alias, or other arguments, would stand in for them, and be believed.
 */
export function setApart(document: DocumentNode, reserved: ReadonlySet<string>): SetApart {
  const names = new Set<string>()
  let isMistakable = false
  for (const field of fieldsOf(document)) {
    names.add(responseNameOf(field))
    isMistakable ||= mayBeMistaken(field, reserved)
  }
  if (!isMistakable) return { document, clientName: asIs }
  const prefix = prefixBeside(names)
  return {
    document: { ...document, definitions: document.definitions.map((node) => renamedIn(node, { prefix, reserved })) },
    clientName: (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name),
  }
}

function responseNameOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}

/** Whether a plan could take this for a field that it needs itself. */
function mayBeMistaken(field: FieldNode, reserved: ReadonlySet<string>): boolean {
  const name = responseNameOf(field)
  if (isIntrospection(field) || !reserved.has(name)) return false
  return name !== field.name.value || (field.arguments?.length ?? 0) > 0
}

/** A field that no subgraph is asked for, nor what is below it. */
export function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type'
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
  if (!mayBeMistaken(field, renaming.reserved)) return field
  return { ...field, alias: { kind: Kind.NAME, value: renaming.prefix + responseNameOf(field) } }
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
