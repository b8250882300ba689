import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import { Forbidden, NotFound, Unauthenticated } from '../base/errors.ts'
import { isId } from '../base/ids.ts'

/** Finds an object by its id as the caller may see it, as its root query does: null when there is none, and when it is not theirs to see. */
export type GetNode<C> = (ctx: C, id: string) => Promise<object | null>

/** How each type that implements `Node` is found, by the type's name. */
export type NodeGetters<C> = Readonly<Record<string, GetNode<C>>>

/**
 * Answers `Query._nodes`, by which the gateway asks which nodes a caller may see. What throws that it is forbidden or not found is null.
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

/** What `@typeId(prefix:)` says. @throws when the type does not carry it */
function prefixOf({ name, astNode }: GraphQLObjectType): string {
  const directive = astNode?.directives?.find((each) => each.name.value === 'typeId')
  const value = directive?.arguments?.[0]?.value
  if (value?.kind !== 'StringValue') throw new Error(`${name} implements Node but has no @typeId(prefix:)`)
  return value.value
}
