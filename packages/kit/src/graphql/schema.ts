import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js'
import { defaultFieldResolver, type GraphQLObjectType, type GraphQLSchema, isNonNullType, parse } from 'graphql'
import { clearLoaders } from '../postgres/loader.ts'
import { enforceAccess } from './access-rules.ts'
import { enforceConstraints } from './enforce-constraints.ts'
import { type NodeGetters, resolveNodes } from './nodes.ts'
import { resolveMembers, returnRefusals } from './result-unions.ts'
import { scalars } from './scalars.ts'

/** The resolvers of a subgraph, by type and field. */
export type ResolverMap = object

/**
 * The executable schema of a subgraph: our scalars are wired in, access directives and the lengths of inputs are enforced, a mutation
 * is followed by fresh reading, and a refusal that a result union lists becomes the result. @throws when a root field says nothing
 * about who may call it, a query or a subscription cannot be null, a subscription has no source, or a type that implements `Node` no getter
 */
export function buildSchema<C>(sdl: string, resolvers: ResolverMap, nodes: NodeGetters<C> = {}): GraphQLSchema {
  const typeDefs = parse(sdl)
  const schema = buildSubgraphSchema({
    typeDefs,
    resolvers: { ...scalars, ...resolvers } as GraphQLResolverMap<unknown>,
  })
  resolveNodes(schema, nodes)
  enforceConstraints(schema)
  returnRefusals(schema)
  forgetAroundMutations(schema)
  enforceAccess(schema)
  requireNullable(schema.getQueryType())
  requireNullable(schema.getSubscriptionType())
  requireSources(schema)
  resolveMembers(schema)
  return schema
}

/** So that an outage of one service nulls only its own fields. */
function requireNullable(root: GraphQLObjectType | undefined | null): void {
  for (const field of Object.values(root?.getFields() ?? {})) {
    if (isNonNullType(field.type) && !field.name.startsWith('_')) {
      throw new Error(`${root?.name}.${field.name} must be nullable, so that an outage does not null its siblings`)
    }
  }
}

function requireSources(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    if (!field.subscribe) throw new Error(`Subscription.${field.name} needs a resolver with \`subscribe\``)
  }
}

/** Several mutations of a request share their loaders, so the caches are cleared before and after each. */
function forgetAroundMutations(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver
    field.resolve = async (...call) => {
      const { load } = call[2] as { load?: object }
      clearLoaders(load)
      try {
        return await resolve(...call)
      } finally {
        clearLoaders(load)
      }
    }
  }
}
