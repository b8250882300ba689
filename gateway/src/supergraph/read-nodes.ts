import { type ConstDirectiveNode, type DocumentNode, Kind, type ObjectTypeDefinitionNode } from 'graphql'

/** A type whose objects are found by id. */
export interface NodeType {
  name: string
  /** The prefix of its ids, before the `_`. */
  prefix: string
  /** The subgraph that decides who may see an object. */
  subgraph: string
}

/** Whether the gateway resolves the subgraph of this address itself. */
export function isLocal(url: string): boolean {
  return url.startsWith('local:')
}

/** The types that implement `Node`, with their prefix from `@typeId` and the subgraph that implements it. */
export function nodeTypesIn(document: DocumentNode, subgraphs: ReadonlyMap<string, string>): NodeType[] {
  return document.definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return []
    const prefix = argumentOf(directivesOf(node, 'typeId')[0], 'prefix')
    const owners = directivesOf(node, 'join__implements').filter((each) => argumentOf(each, 'interface') === 'Node')
    const subgraph = owners
      .map((each) => subgraphs.get(argumentOf(each, 'graph') ?? ''))
      .find((name) => name !== undefined)
    return prefix && subgraph ? [{ name: node.name.value, prefix, subgraph }] : []
  })
}

function directivesOf({ directives = [] }: ObjectTypeDefinitionNode, name: string): ConstDirectiveNode[] {
  return directives.filter((directive) => directive.name.value === name)
}

function argumentOf(directive: ConstDirectiveNode | undefined, name: string): string | null {
  const value = directive?.arguments?.find((argument) => argument.name.value === name)?.value
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : null
}
