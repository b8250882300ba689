import fc from 'fast-check'
import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { compileRequires } from '../compile/compile-requires.ts'
import { dedupeRepresentations } from './dedupe-representations.ts'
import type { ResultObject } from './execution.ts'

const schema = buildSchema('type Query { a: A b: B } type A { id: ID x: Int } type B { id: ID x: Int }')
const field = (name: string) => ({ kind: 'Field' as const, name })
const part = (typeCondition: string) => ({
  kind: 'InlineFragment' as const,
  typeCondition,
  selections: [field('__typename'), field('id'), field('x')],
})
const fetch = { requires: [part('A'), part('B')] }
const find = compileRequires(schema, fetch as never)

const entity: fc.Arbitrary<ResultObject> = fc.record(
  {
    __typename: fc.constantFrom('A', 'B', 'C'),
    id: fc.constantFrom('1', '2', 1, null),
    x: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, null, { deep: [1] }, '1'),
  },
  { requiredKeys: [] },
)

test('groups objects by the text of their representations, in order', () => {
  fc.assert(
    fc.property(fc.array(entity, { maxLength: 60 }), (targets) => {
      const expected = new Map<string, ResultObject[]>()
      for (const target of targets) {
        const text = find(target)?.write(target) ?? null
        if (text !== null) expected.set(text, [...(expected.get(text) ?? []), target])
      }
      const groups = dedupeRepresentations(targets, find)
      expect(groups.map(({ representation }) => representation)).toEqual([...expected.keys()])
      expect(groups.map((group) => group.targets)).toEqual([...expected.values()])
    }),
  )
})

test('takes linear time when all objects share a key and differ in other fields', () => {
  const targets = Array.from({ length: 20_000 }, (_, x) => ({ __typename: 'A', id: 'same', x }))
  let compared = 0
  const counting: typeof find = (target) => {
    const writer = find(target)
    if (!writer) return null
    return Object.assign(Object.create(writer), {
      isSame: (a: ResultObject, b: ResultObject) => {
        compared++
        return writer.isSame(a, b)
      },
    })
  }
  const one = counting(targets[0] as ResultObject)
  expect(dedupeRepresentations(targets, () => one)).toHaveLength(20_000)
  expect(compared).toBeLessThan(5 * 20_000)
})
