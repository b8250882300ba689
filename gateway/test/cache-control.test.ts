import { buildSubgraphSchema } from '@apollo/subgraph'
import { cachePolicyOf } from '@tikitu/kit/graphql/cache-policy'
import { subgraphNames, subgraphSdl } from '@tikitu/schema/sdl'
import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  parse,
} from 'graphql'
import { expect, test } from 'vitest'

interface Found {
  name: string
  access: string[]
  isKept: boolean
}

/** All fields with their own cache hints and access rules. */
function fieldsOf(schema: GraphQLSchema): Found[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ name }) => !name.startsWith('_'))
        .map((field) => {
          const directives = [...(field.astNode?.directives ?? []), ...(type.astNode?.directives ?? [])]
          const isRoot = type === schema.getQueryType()
          const isKept = isRoot ? isRootKept(schema, field) : isHinted(directives)
          return { name: `${type.name}.${field.name}`, access: accessOf(directives), isKept }
        }),
    )
}

function isRootKept(schema: GraphQLSchema, { name, type }: GraphQLField<unknown, unknown>): boolean {
  const document = parse(isCompositeType(getNamedType(type)) ? `{ ${name} { __typename } }` : `{ ${name} }`)
  const operation = document.definitions[0]
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return false
  return cachePolicyOf(schema, { document, operation }) !== null
}

/** The hint of a field overrides that of its type. */
function isHinted(directives: readonly ConstDirectiveNode[]): boolean {
  const hint = directives.find(({ name }) => name.value === 'cacheControl')
  const age = hint?.arguments?.find(({ name }) => name.value === 'maxAge')?.value
  return age?.kind === Kind.INT && age.value !== '0'
}

function accessOf(directives: readonly ConstDirectiveNode[]): string[] {
  const access = ['public', 'authenticated', 'requiresScopes']
  return directives.map(({ name }) => name.value).filter((name) => access.includes(name))
}

test.each(subgraphNames)('%s allows caching only of what everybody may read', (name) => {
  const schema = buildSubgraphSchema(parse(subgraphSdl(name)))
  for (const field of fieldsOf(schema).filter(({ isKept }) => isKept)) {
    const isRoot = field.name.startsWith('Query.')
    expect([field.name, field.access]).toEqual([field.name, isRoot ? ['public'] : []])
  }
})

test('the shop’s pages may be cached, availability and the caller may not', () => {
  const kept = subgraphNames.flatMap((name) =>
    fieldsOf(buildSubgraphSchema(parse(subgraphSdl(name))))
      .filter((field) => field.isKept && field.name.startsWith('Query.'))
      .map((field) => field.name),
  )
  expect(kept.sort()).toEqual([
    'Query.event',
    'Query.eventBySlug',
    'Query.events',
    'Query.layout',
    'Query.partner',
    'Query.performance',
    'Query.venue',
    'Query.venues',
  ])
})
