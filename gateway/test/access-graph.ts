import { common } from './harness.ts'

export const shop = `${common.replace('"@requiresScopes"', '"@requiresScopes", "@policy"')}
type Query {
  item: Item @public
  items: [Item!]! @public
  nodes: [Marked!] @public
  found: [Found!]! @public
  mine: String @authenticated
  staff: String @requiresScopes(scopes: [["admin"], ["partner", "lead"]])
  clever: String @policy(policies: [["even"], ["odd", "unknown"]])
  failing: String @policy(policies: [["fails"]])
}
type Mutation { open: String @public closed: String @requiresScopes(scopes: [["admin"]]) }
interface Marked { id: ID! note: String label: String mark: String }
union Found = Item | Vault
type Item implements Marked @key(fields: "id") {
  id: ID!
  note: String
  label: String @authenticated
  mark: String @requiresScopes(scopes: [["admin"]])
  price: Int
  secret: String @requiresScopes(scopes: [["admin"]])
  must: String! @requiresScopes(scopes: [["admin"]])
  self: Item
  inner: Item!
  vault: Vault
  count: Tally
}
type Vault implements Marked @authenticated { id: ID! note: String label: String mark: String gold: Int }
scalar Tally @requiresScopes(scopes: [["admin"]])
`
export const ship = `${common}
type Query { unused: Int @public }
type Item @key(fields: "id") { id: ID! price: Int @external secret: String @external
  weight: Int @requires(fields: "price") risk: String @requires(fields: "secret") @requiresScopes(scopes: [["admin"]]) fear: String @requires(fields: "secret") @requiresScopes(scopes: [["admin"]]) }
`
const item = {
  __typename: 'Item',
  id: '1',
  note: 'a note',
  label: 'a label',
  price: 5,
  secret: 'hush',
  must: 'must',
  count: 3,
}
const whole = {
  ...item,
  self: () => whole,
  inner: () => whole,
  vault: () => vault,
  __resolveReference: () => whole,
}
const vault = { __typename: 'Vault', id: '2', note: 'gold', label: 'v', gold: 9 }
const many = () => [whole, vault]
export const Query = {
  item: () => whole,
  items: () => [whole, whole],
  nodes: many,
  found: many,
  mine: () => 'mine',
  staff: () => 'staff',
  clever: () => 'clever',
}
export const Item = { self: () => whole, inner: () => whole, vault: () => vault, __resolveReference: () => whole }
