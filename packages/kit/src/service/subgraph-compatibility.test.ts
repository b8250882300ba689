import { parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { generateServiceKeys } from '../auth/signing-keys.ts'
import { anonymous } from '../auth/viewer.ts'
import { createLog } from '../base/log.ts'
import { buildSchema } from '../graphql/schema.ts'
import { testCtx } from '../testing/graphql/context.ts'
import { callAs, testRequestKey } from '../testing/graphql/subgraph.ts'
import { createSubgraph } from './create-subgraph.ts'

/**
 * The checks of Apollo's federation subgraph compatibility suite, on a products subgraph of the same kind. Of its rows, tracing (ftv1) does not apply:
 * our services send no traces to Apollo.
 */
const sdl = /* GraphQL */ `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: [
        "@composeDirective", "@extends", "@external", "@inaccessible", "@interfaceObject", "@key", "@override", "@provides", "@requires",
        "@shareable", "@tag"
      ]
    )
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
    @link(url: "https://products.example/custom/v1.0", import: ["@custom"]) @composeDirective(name: "@custom")
  directive @public on FIELD_DEFINITION
  directive @custom on OBJECT

  type Product @custom @key(fields: "id") @key(fields: "sku package") @key(fields: "sku variation { id }") {
    id: ID!
    sku: String
    package: String
    variation: ProductVariation
    dimensions: ProductDimension
    createdBy: User @provides(fields: "totalProductsCreated")
    notes: String @tag(name: "internal")
    research: [ProductResearch!]!
  }
  type ProductVariation { id: ID! }
  type ProductResearch @key(fields: "study { caseNumber }") { study: CaseStudy! outcome: String }
  type CaseStudy { caseNumber: ID! description: String }
  type ProductDimension @shareable { size: String weight: Float unit: String @inaccessible }
  type User @extends @key(fields: "email") {
    email: ID! @external
    name: String @override(from: "users")
    totalProductsCreated: Int @external
    yearsOfEmployment: Int! @external
    averageProductsCreatedPerYear: Int @requires(fields: "totalProductsCreated yearsOfEmployment")
  }
  type Inventory @interfaceObject @key(fields: "id") { id: ID! deprecatedProducts: [Product!]! }
  extend type Query { product(id: ID!): Product @public }
`

const maker = { email: 'ada@products.example', name: 'Ada', totalProductsCreated: 1_337 }
const research = [{ study: { caseNumber: '1234', description: 'Tables' }, outcome: 'good' }]
const products = [
  { id: 'table', sku: 'ikea', package: '@wood', variation: { id: 'OAK' }, createdBy: maker, notes: 'old', research },
  {
    id: 'lamp',
    sku: 'ikea',
    package: '@glass',
    variation: { id: 'TALL' },
    createdBy: maker,
    notes: null,
    research: [],
  },
].map((product) => ({ ...product, dimensions: { size: 'small', weight: 1.5, unit: 'kg' } }))

interface ProductKey {
  id?: string
  sku?: string
  package?: string
  variation?: { id: string }
}

const findProduct = (key: ProductKey) =>
  products.find(
    ({ id, sku, package: name, variation }) =>
      (key.id === undefined || key.id === id) &&
      (key.sku === undefined || key.sku === sku) &&
      (key.package === undefined || key.package === name) &&
      (key.variation === undefined || key.variation.id === variation.id),
  ) ?? null

const resolvers = {
  Query: { product: (_: unknown, key: ProductKey) => findProduct(key) },
  Product: { __resolveReference: findProduct },
  ProductResearch: {
    __resolveReference: ({ study }: { study: { caseNumber: string } }) =>
      research.find((one) => one.study.caseNumber === study.caseNumber) ?? null,
  },
  User: {
    __resolveReference: (user: object) => ({ ...user, name: maker.name }),
    averageProductsCreatedPerYear: (user: { totalProductsCreated: number; yearsOfEmployment: number }) =>
      Math.round(user.totalProductsCreated / user.yearsOfEmployment),
  },
  Inventory: { __resolveReference: ({ id }: { id: string }) => ({ id, deprecatedProducts: products.slice(1) }) },
}

async function startProducts() {
  return await createSubgraph({
    name: 'products',
    schema: buildSchema(sdl, resolvers),
    createCtx: (caller) => testCtx({} as never, caller),
    requestKeys: [testRequestKey()],
    jwks: (await generateServiceKeys('products')).jwks,
    log: createLog('products', 'silent'),
    receive: async () => ({ status: 204, message: '' }),
    checkReady: async () => undefined,
  })
}

const subgraph = startProducts()
const ask = async (query: string, variables: Record<string, unknown> = {}) =>
  await callAs(await subgraph, anonymous, { query, variables })
const entities = async (selection: string, ...representations: object[]) =>
  await ask(`query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`, {
    representations,
  })

test('_service tells the schema with all of its directives', async () => {
  const { data, errors } = await ask('{ _service { sdl } }')
  expect(errors).toBeUndefined()
  const service = data?.['_service'] as { sdl: string } | undefined
  const told = print(parse(service?.sdl ?? '')).replaceAll(/\s+/g, ' ')
  for (const part of [
    '@link(url: "https://specs.apollo.dev/federation/v2.9"',
    '@composeDirective(name: "@custom")',
    'directive @custom on OBJECT',
    'type Product @custom @key(fields: "id") @key(fields: "sku package") @key(fields: "sku variation { id }")',
    'createdBy: User @provides(fields: "totalProductsCreated")',
    'notes: String @tag(name: "internal")',
    'type ProductDimension @shareable',
    'unit: String @inaccessible',
    'type User @extends @key(fields: "email")',
    'email: ID! @external',
    'name: String @override(from: "users")',
    '@requires(fields: "totalProductsCreated yearsOfEmployment")',
    'type Inventory @interfaceObject @key(fields: "id")',
  ])
    expect(told).toContain(part)
})

test.each([
  ['one field', { id: 'table' }, 'table'],
  ['several fields', { sku: 'ikea', package: '@glass' }, 'lamp'],
  ['a field of an object', { sku: 'ikea', variation: { id: 'OAK' } }, 'table'],
])('@key of %s finds its entity', async (_title, key, id) => {
  const found = await entities('__typename ... on Product { id sku package }', { __typename: 'Product', ...key })
  expect(found).toMatchObject({ data: { _entities: [{ __typename: 'Product', id }] } })
})

test('@key of an object alone finds its entity, of several types at once, in their order', async () => {
  const found = await entities(
    '... on ProductResearch { outcome study { description } } ... on Product { sku }',
    { __typename: 'ProductResearch', study: { caseNumber: '1234' } },
    { __typename: 'Product', id: 'nobody' },
    { __typename: 'Product', id: 'lamp' },
  )
  expect(found).toEqual({
    data: { _entities: [{ outcome: 'good', study: { description: 'Tables' } }, null, { sku: 'ikea' }] },
  })
})

test('@requires gets what it requires in the representation', async () => {
  const user = { __typename: 'User', email: maker.email, totalProductsCreated: 1_337, yearsOfEmployment: 10 }
  expect(await entities('... on User { averageProductsCreatedPerYear }', user)).toEqual({
    data: { _entities: [{ averageProductsCreatedPerYear: 134 }] },
  })
})

test('@provides and @external: a field of another subgraph is answered where it is provided', async () => {
  const query = '{ product(id: "table") { createdBy { email totalProductsCreated } } }'
  expect(await ask(query)).toEqual({
    data: { product: { createdBy: { email: maker.email, totalProductsCreated: 1_337 } } },
  })
})

test('@extends and @override: a field of a type that is another’s is resolved here', async () => {
  expect(await entities('... on User { name }', { __typename: 'User', email: maker.email })).toEqual({
    data: { _entities: [{ name: 'Ada' }] },
  })
})

test('@shareable, @inaccessible and @tag: what they mark is answered to the gateway', async () => {
  expect(await ask('{ product(id: "table") { notes dimensions { size weight unit } } }')).toEqual({
    data: { product: { notes: 'old', dimensions: { size: 'small', weight: 1.5, unit: 'kg' } } },
  })
})

test('@interfaceObject is an object here', async () => {
  const found = await entities('__typename ... on Inventory { deprecatedProducts { id } }', {
    __typename: 'Inventory',
    id: 'north',
  })
  expect(found).toEqual({ data: { _entities: [{ __typename: 'Inventory', deprecatedProducts: [{ id: 'lamp' }] }] } })
})

test('an entity of a type that is not here is an error, and not the end', async () => {
  const found = await entities('__typename', { __typename: 'Nothing', id: '1' })
  expect(found.errors).toHaveLength(1)
})
