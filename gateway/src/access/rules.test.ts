import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { collectRules } from './rules.ts'

const names = new Map([
  ['requiresScopes', 'requiresScopes'],
  ['authenticated', 'authenticated'],
])

test('a field has the rules of what its @requires reads, through objects, fragments and other @requires', () => {
  const { demands } = collectRules(
    parse(`
      type Item {
        secret: String @requiresScopes(scopes: [["admin"]])
        box: Box
        near: Int @join__field(graph: B, requires: "secret")
        far: Int @join__field(graph: B, requires: "box { ... on Box { depth } }")
        further: Int @join__field(graph: C, requires: "near") @authenticated
        plain: Int @join__field(graph: C, requires: "box { name }")
        loop: Int @join__field(graph: C, requires: "loop")
      }
      type Box { depth: Int @authenticated name: String safe: Safe }
      type Safe @authenticated { id: ID }
    `),
    names,
  )
  const admin = { kind: 'scopes', anyOf: [['admin']] }
  expect(demands.get('Item.near')).toEqual([admin])
  expect(demands.get('Item.far')).toEqual([{ kind: 'authenticated' }])
  expect(demands.get('Item.further')).toEqual([{ kind: 'authenticated' }, admin])
  expect([demands.get('Item.plain'), demands.get('Item.loop')]).toEqual([undefined, undefined])
})
