// What a program written by hand for these two operations needs: as few fetches as ours makes, the same answer, nothing else.
import { createServer } from 'node:http'
import { Pool } from 'undici'

const urls = JSON.parse(process.env.SUBGRAPHS)
const pools = new Map(
  Object.entries(urls).map(([name, url]) => [name, new Pool(new URL(url).origin, { connections: 64 })]),
)
const get = (name, query, variables) => ask(name, JSON.stringify({ query, variables }))

async function ask(name, body) {
  const headers = { 'content-type': 'application/json' }
  const response = await pools.get(name).request({ method: 'POST', path: '/graphql', headers, body })
  return JSON.parse(await response.body.text()).data
}

/** Each of the rows once, by its key. */
function grouped(rows, { type, key, extra = [] }) {
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
  return { groups: [...groups.values()], representations }
}

function assign(groups, found) {
  for (const [index, group] of groups.entries()) for (const row of group) Object.assign(row, found[index])
}

async function entities(name, kind, rows) {
  const { groups, representations } = grouped(rows, kind)
  const query = `query($r:[_Any!]!){_entities(representations:$r){...on ${kind.type}{${kind.fields}}}}`
  assign(groups, (await get(name, query, { r: representations }))._entities)
}

const deepest = 'reviews{id body product{upc}}'
const ofProducts = `reviews{id body author{id ${deepest}}}`
const ofUsers = `reviews{id body product{upc ${ofProducts}}}`
const userNames = { type: 'User', key: 'id', fields: 'username name' }
const goods = { type: 'Product', key: 'upc', fields: 'name price weight' }
const stock = { type: 'Product', key: 'upc', fields: 'inStock shippingEstimate', extra: ['price', 'weight'] }
const reviewsQuery = `query($u:[_Any!]!$p:[_Any!]!){
  u:_entities(representations:$u){...on User{${ofUsers}}} p:_entities(representations:$p){...on Product{${ofProducts}}} }`

async function reviews({ users, topProducts }) {
  const [u, p] = [grouped(users, { type: 'User', key: 'id' }), grouped(topProducts, { type: 'Product', key: 'upc' })]
  const found = await get('reviews', reviewsQuery, { u: u.representations, p: p.representations })
  assign(u.groups, found.u)
  assign(p.groups, found.p)
}

const productsOf = (users) => users.flatMap((user) => user.reviews.map((review) => review.product))
const authorsOf = (products) => products.flatMap((product) => product.reviews.map((review) => review.author))

/** Seven requests, the fewest that these subgraphs can be asked in without waiting for more than they need. */
async function fetchDeep() {
  const [{ users }, { topProducts }] = await Promise.all([
    get('users', '{users{id username name}}'),
    get('products', '{topProducts{upc name price weight}}'),
  ])
  const data = { users, topProducts }
  const stocked = entities('inventory', stock, topProducts)
  await reviews(data)
  const products = productsOf(users)
  const authors = [...authorsOf(products), ...authorsOf(topProducts)]
  const all = [...products, ...productsOf(authors)]
  const named = entities('users', userNames, authors)
  await entities('products', goods, all)
  await Promise.all([entities('inventory', stock, all), named, stocked])
  return data
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
  const data = await fetchDeep()
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
  const { topProducts } = await get('products', '{topProducts(first:5){upc name price}}')
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
