/** The subgraphs of the measured graph: users, products, their stock and their reviews. */
export const sdls: Readonly<Record<string, string>> = {
  users: `
    type Query { me: User @public users: [User] @public }
    type User @key(fields: "id") { id: ID! name: String username: String since: Int }`,
  products: `
    type Query { topProducts(first: Int = 5): [Product] @public }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  inventory: `
    type Product @key(fields: "upc") { upc: String! weight: Int @external price: Int @external inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight") }`,
  reviews: `
    type Review @key(fields: "id") { id: ID! body: String author: User product: Product }
    type User @key(fields: "id") { id: ID! reviews: [Review] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
}

/** What each schema begins with; `@public` is what our own gateway asks of a root field, and the others know nothing of it. */
export const common = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
`

const users = ['Dewi', 'Bagus', 'Citra', 'Eko', 'Fajar', 'Gita'].map((name, index) => ({
  id: `u${index}`,
  name: `${name} Example`,
  username: `@${name.toLowerCase()}`,
  since: 2015 + index,
}))

const products = ['Lamp', 'Table', 'Chair', 'Shelf', 'Carpet', 'Mirror', 'Clock', 'Vase', 'Bench'].map(
  (name, index) => ({
    upc: `${index + 1}`,
    name,
    price: 899 - index * 70,
    weight: 100 + ((index * 37) % 9) * 50,
  }),
)

const opinions = [
  'Love it, would buy it again at once: it came early, well packed, and looks better than in the pictures.',
  'Too expensive for what it is, though nothing about it is badly made and it has held up so far.',
  'Could be better: one screw was missing, and nobody answered when I asked for another.',
  'Prefer something else. It does what it says, but it takes up half of the room.',
]
const reviews = Array.from({ length: 24 }, (_, index) => ({
  id: `r${index}`,
  body: opinions[index % opinions.length] ?? '',
  author: `u${(index * 5) % 6}`,
  product: `${((index * 4) % 9) + 1}`,
}))

type Row = Record<string, unknown>
const by = (rows: readonly Row[], key: string) => (reference: Row) =>
  rows.find((row) => row[key] === reference[key]) ?? null
const reviewsOf = (key: 'author' | 'product', id: unknown) => reviews.filter((review) => review[key] === id)

/** Their resolvers. */
export const resolvers: Readonly<Record<string, object>> = {
  users: { Query: { me: () => users[0], users: () => users }, User: { __resolveReference: by(users, 'id') } },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
    Product: { __resolveReference: by(products, 'upc') },
  },
  inventory: {
    Product: {
      __resolveReference: (reference: Row) => reference,
      inStock: ({ upc }: Row) => Number(upc) % 3 !== 0,
      shippingEstimate: ({ price, weight }: { price: number; weight: number }) =>
        price > 1000 ? 0 : Math.round(weight * 0.5),
    },
  },
  reviews: {
    Review: {
      __resolveReference: by(reviews, 'id'),
      author: ({ author }: Row) => ({ id: author }),
      product: ({ product }: Row) => ({ upc: product }),
    },
    User: { __resolveReference: (reference: Row) => reference, reviews: ({ id }: Row) => reviewsOf('author', id) },
    Product: {
      __resolveReference: (reference: Row) => reference,
      reviews: ({ upc }: Row) => reviewsOf('product', upc),
    },
  },
}

/** The measured operations. */
export const workloads: Readonly<Record<string, string>> = {
  deep: `
    fragment User on User { id username name }
    fragment Review on Review { id body }
    fragment Product on Product { inStock name price shippingEstimate upc weight }
    query Deep {
      users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
      topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
    }`,
  small: 'query Small { topProducts(first: 5) { upc name price inStock reviews { id body } } }',
}
