import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, print } from 'graphql'

/** The fragments of a document by their names. */
export function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map((node) => [node.name.value, node]))
}

/** The name that a field's value has in the answer. */
export function responseNameOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}

/** A field that no subgraph is asked for, nor what is below it. */
export function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type'
}

/** What a field asks for: equal for fields that may share a response name. */
export function signatureOf({ name, arguments: given = [] }: FieldNode): string {
  return given.length === 0 ? name.value : `${name.value} ${given.map(print).sort().join(' ')}`
}
