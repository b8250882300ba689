import { readFileSync } from 'node:fs'
import { type ConstDirectiveNode, Kind, type ObjectTypeDefinitionNode, parse, type TypeNode } from 'graphql'
import type { Part } from './sdl.ts'

/** The URL of the part that the gateway answers itself. */
export const localUrl = 'local:node'

interface OwnedType {
  part: string
  type: ObjectTypeDefinitionNode
}

/**
 * The part of the graph that the gateway answers itself: `node` and `nodes` over all types that implement `Node` and have a
 * `@typeId` prefix. Null when there are none: a foreign graph has its own `Node`. The gateway reads the service and the prefix of
 * each type from the supergraph.
 */
export function nodePart(parts: readonly Part[]): Part | null {
  const names = typesOf(parts).flatMap(({ type }) => (isNode(type) && prefixOf(type) !== null ? [type.name.value] : []))
  if (names.length === 0) return null
  const roots = readFileSync(new URL('node.graphql', import.meta.url), 'utf8')
  const types = names
    .sort()
    .map((name) => `type ${name} implements Node @key(fields: "id", resolvable: false) { id: ID! }`)
  return { name: 'node', url: localUrl, sdl: [roots, ...types].join('\n') }
}

/** Reasons why an id could belong to two types, or a node to two services; empty when there are none. */
export function idProblems(parts: readonly Part[]): string[] {
  const types = typesOf(parts)
  return types.flatMap(({ part, type }) => {
    const same = types.filter((other) => other.type.name.value === type.name.value).map((other) => other.type)
    return [...prefixProblems(type, types), ...nodeProblems(type, same)].map((problem) => `${part}: ${problem}`)
  })
}

function prefixProblems(type: ObjectTypeDefinitionNode, types: readonly OwnedType[]): string[] {
  const name = type.name.value
  const prefix = prefixOf(type)
  const named = types.filter((other) => other.type.name.value === name && prefixOf(other.type) !== null)
  if (prefix === null) return hasId(type) && named.length === 0 ? [`${name} has an id and no @typeId(prefix:)`] : []
  const others = types.filter((other) => other.type !== type && prefixOf(other.type) === prefix)
  return others.length > 0 ? [`the prefix ${prefix} of ${name} is another type's too`] : []
}

function nodeProblems(type: ObjectTypeDefinitionNode, same: readonly ObjectTypeDefinitionNode[]): string[] {
  if (!isNode(type)) return []
  const name = type.name.value
  const isWhole = prefixOf(type) !== null && directive(type, 'key') !== undefined
  return [
    ...(isWhole ? [] : [`the node ${name} needs @key(fields: "id") and @typeId(prefix:)`]),
    ...(same.filter(isNode).length > 1 ? [`${name} is a node of another service, too`] : []),
  ]
}

function typesOf(parts: readonly Part[]): OwnedType[] {
  return parts.flatMap(({ name, sdl }) =>
    parse(sdl).definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION ? [{ part: name, type: node }] : [],
    ),
  )
}

function isNode({ interfaces = [] }: ObjectTypeDefinitionNode): boolean {
  return interfaces.some(({ name }) => name.value === 'Node')
}

function hasId({ fields = [] }: ObjectTypeDefinitionNode): boolean {
  return fields.some(({ name, type }) => name.value === 'id' && nameOf(type) === 'ID')
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type)
}

function directive({ directives = [] }: ObjectTypeDefinitionNode, name: string): ConstDirectiveNode | undefined {
  return directives.find((each) => each.name.value === name)
}

function prefixOf(type: ObjectTypeDefinitionNode): string | null {
  const value = directive(type, 'typeId')?.arguments?.[0]?.value
  return value?.kind === Kind.STRING ? value.value : null
}
