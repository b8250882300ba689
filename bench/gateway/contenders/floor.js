// What a program written by hand for these two operations needs: the same fetches, the same answer, nothing else.
import { createServer } from 'node:http'
import { Pool } from 'undici'

const urls = JSON.parse(process.env.SUBGRAPHS)
const pools = new Map(
  Object.entries(urls).map(([name, url]) => [name, new Pool(new URL(url).origin, { connections: 64 })]),
)
const plans = {
  entities: (type, fields) => `query($r:[_Any!]!){_entities(representations:$r){...on ${type}{${fields}}}}`,
  users: '{users{id username name}}',
  top: '{topProducts{upc name price weight}}',
}

async function ask(name, query, representations) {
  const body = JSON.stringify(representations ? { query, variables: { r: representations } } : { query })
  const headers = { 'content-type': 'application/json' }
  const response = await pools.get(name).request({ method: 'POST', path: '/graphql', headers, body })
  return JSON.parse(await response.body.text()).data
}

async function entities(name, { type, key, fields, extra = [] }, rows) {
  const groups = new Map()
  for (const row of rows) {
    const group = groups.get(row[key])
    if (group) group.push(row)
    else groups.set(row[key], [row])
  }
  const representations = [...groups.values()].map(([row]) => {
    const representation = { __typename: type, [key]: row[key] }
    for (const name of extra) representation[name] = row[name]
    return representation
  })
  const { _entities } = await ask(name, plans.entities(type, fields), representations)
  let index = 0
  for (const group of groups.values()) {
    const found = _entities[index++]
    for (const row of group) Object.assign(row, found)
  }
}

const unique = (rows) => [...new Set(rows)]
const userReviews = { type: 'User', key: 'id', fields: 'reviews{id body product{upc}}' }
const productReviews = { type: 'Product', key: 'upc', fields: 'reviews{id body author{id}}' }
const userNames = { type: 'User', key: 'id', fields: 'username name' }
const goods = { type: 'Product', key: 'upc', fields: 'name price weight' }
const stock = { type: 'Product', key: 'upc', fields: 'inStock shippingEstimate', extra: ['price', 'weight'] }
const reviewsOf = (rows) => unique(rows).flatMap((row) => row.reviews)

async function lastProducts(products) {
  await entities('products', goods, products)
  await entities('inventory', stock, products)
}

async function belowProducts(users) {
  await Promise.all([entities('users', userNames, users), entities('reviews', userReviews, users)])
  await lastProducts(reviewsOf(users).map(({ product }) => product))
}

async function fromUsers(data) {
  data.users = (await ask('users', plans.users)).users
  await entities('reviews', userReviews, data.users)
  const products = reviewsOf(data.users).map(({ product }) => product)
  const rest = entities('products', goods, products).then(() => entities('inventory', stock, products))
  await entities('reviews', productReviews, products)
  await Promise.all([rest, belowProducts(reviewsOf(products).map(({ author }) => author))])
}

async function fromProducts(data) {
  data.topProducts = (await ask('products', plans.top)).topProducts
  const stocked = entities('inventory', stock, data.topProducts)
  await entities('reviews', productReviews, data.topProducts)
  const users = reviewsOf(data.topProducts).map(({ author }) => author)
  await Promise.all([stocked, belowProducts(users)])
}

const lastProduct = (p) => ({
  inStock: p.inStock,
  name: p.name,
  price: p.price,
  shippingEstimate: p.shippingEstimate,
  upc: p.upc,
  weight: p.weight,
})
const lastReview = (r) => ({ id: r.id, body: r.body, product: lastProduct(r.product) })
const author = (u) => ({ id: u.id, username: u.username, name: u.name, reviews: u.reviews.map(lastReview) })
const product = (p) => ({
  ...lastProduct(p),
  reviews: p.reviews.map((r) => ({ id: r.id, body: r.body, author: author(r.author) })),
})
const user = (u) => ({
  id: u.id,
  username: u.username,
  name: u.name,
  reviews: u.reviews.map((r) => ({ id: r.id, body: r.body, product: product(r.product) })),
})

async function deep() {
  const data = {}
  await Promise.all([fromUsers(data), fromProducts(data)])
  return { users: data.users.map(user), topProducts: data.topProducts.map(product) }
}

/** In the order of the operation: which of the two fetches answers first must not show. */
const stockedProduct = (p) => ({
  upc: p.upc,
  name: p.name,
  price: p.price,
  inStock: p.inStock,
  reviews: p.reviews.map((r) => ({ id: r.id, body: r.body })),
})

async function small() {
  const { topProducts } = await ask('products', '{topProducts(first:5){upc name price}}')
  await Promise.all([
    entities('inventory', { type: 'Product', key: 'upc', fields: 'inStock' }, topProducts),
    entities('reviews', { type: 'Product', key: 'upc', fields: 'reviews{id body}' }, topProducts),
  ])
  return { topProducts: topProducts.map(stockedProduct) }
}

createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', async () => {
    const { query } = JSON.parse(Buffer.concat(chunks).toString())
    const data = await (query.includes('query Deep') ? deep() : small())
    const text = Buffer.from(JSON.stringify({ data }))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
