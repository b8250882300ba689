import {
  type DocumentNode,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** Where the lists below a body are: keys from the body to each connection. */
export type InnerLists = readonly (readonly string[])[]

/** The connections below a selection. In REST they are arrays of their nodes. */
export function innerLists(
  schema: GraphQLSchema,
  document: DocumentNode,
  { type, selection }: { type: GraphQLOutputType; selection: SelectionSetNode | null },
): InnerLists {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  )
  const below = (parent: string, selections: readonly SelectionNode[]): string[][] =>
    selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return inField(parent, node)
      const inner = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node
      return below(inner?.typeCondition?.name.value ?? parent, inner?.selectionSet.selections ?? [])
    })
  const inField = (parent: string, node: FieldNode): string[][] => {
    const owner = schema.getType(parent)
    const field = isObjectType(owner) || isInterfaceType(owner) ? owner.getFields()[node.name.value] : undefined
    if (!field || !node.selectionSet) return []
    const key = node.alias?.value ?? node.name.value
    const inner = below(getNamedType(field.type).name, node.selectionSet.selections).map((path) => [key, ...path])
    return isPage(field.type, node.selectionSet) ? [...inner, [key]] : inner
  }
  const named = getNamedType(type)
  return isObjectType(named) || isUnionType(named) ? unique(below(named.name, selection?.selections ?? [])) : []
}

/** Whether a selection is of the items of a connection. A connection of which only a count is selected is an object. */
export function isPage(type: GraphQLOutputType, selection: SelectionSetNode | null): boolean {
  if (!getNamedType(type).name.endsWith('Connection')) return false
  return selection?.selections.some((node) => node.kind === Kind.FIELD && node.name.value === 'edges') ?? false
}

/** The deepest first, so that each path still exists when it is applied. */
function unique(paths: readonly string[][]): string[][] {
  const byText = new Map(paths.map((path) => [path.join('.'), path]))
  return [...byText.values()].sort((a, b) => b.length - a.length)
}
