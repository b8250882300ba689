import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import { Forbidden, NotFound, Unauthenticated } from '../base/errors.ts'
import { isId } from '../base/ids.ts'

/** Loads an object by id as its root query does; null when it does not exist or is not visible to the caller. */
export type GetNode<C> = (ctx: C, id: string) => Promise<object | null>

/** Getters of the `Node` types, by type name. */
export type NodeGetters<C> = Readonly<Record<string, GetNode<C>>>

/**
 * Resolves `Query._nodes`, by which the gateway finds the nodes that a caller may see. Forbidden and missing ones are null.
 * @throws when a type of the schema that implements `Node` has no getter, or a getter no type
 */
export function resolveNodes<C>(schema: GraphQLSchema, getters: NodeGetters<C>): void {
  const field = schema.getQueryType()?.getFields()['_nodes']
  if (!field) return
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && isNode(type))
  const names = types.map(({ name }) => name)
  const missing = names.filter((name) => !Object.hasOwn(getters, name))
  const unknown = Object.keys(getters).filter((name) => !names.includes(name))
  if (missing.length + unknown.length > 0)
    throw new Error(`nodes: no getter for ${missing.join(', ') || 'none'}, no type for ${unknown.join(', ') || 'none'}`)
  const byPrefix = new Map(types.map((type) => [prefixOf(type as GraphQLObjectType), getters[type.name] as GetNode<C>]))
  field.resolve = (_parent, { ids }: { ids: readonly string[] }, ctx: C) =>
    ids.map((id) => idIfVisible(byPrefix.get(id.slice(0, id.indexOf('_'))), ctx, id))
}

async function idIfVisible<C>(get: GetNode<C> | undefined, ctx: C, id: string): Promise<string | null> {
  if (!get || !isId(id.slice(0, id.indexOf('_')), id)) return null
  try {
    return (await get(ctx, id)) ? id : null
  } catch (error) {
    if (error instanceof Forbidden || error instanceof Unauthenticated || error instanceof NotFound) return null
    throw error
  }
}

function isNode(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ name }) => name === 'Node')
}

/** The prefix of `@typeId`. @throws when the type has none */
function prefixOf({ name, astNode }: GraphQLObjectType): string {
  const directive = astNode?.directives?.find((each) => each.name.value === 'typeId')
  const value = directive?.arguments?.[0]?.value
  if (value?.kind !== 'StringValue') throw new Error(`${name} implements Node but has no @typeId(prefix:)`)
  return value.value
}
