import { getIntrospectionQuery, parse } from 'graphql'
import { expect, test } from 'vitest'
import { measureDocument } from './measure-document.ts'

const measure = (source: string) => measureDocument(parse(source))

test('counts levels, fields, root fields and directives', () => {
  expect(measure('query @a { one { two { three } } four @include(if: true) }')).toEqual({
    depth: 3,
    height: 4,
    aliases: 0,
    rootFields: 2,
    directives: 2,
    recursion: 1,
  })
})

test('counts aliases, including those of __typename, and repeated fields', () => {
  expect(measure('{ a: __typename b: __typename c: x x x }').aliases).toBe(4)
})

test('counts a fragment wherever it is spread', () => {
  const source = '{ one { ...F } two { ...F } } fragment F on T { a: x b: x { y @skip(if: false) } }'
  expect(measure(source)).toEqual({ depth: 3, height: 8, aliases: 4, rootFields: 2, directives: 2, recursion: 1 })
})

test('counts exponentially nested fragments in linear time', () => {
  const fragments = Array.from({ length: 40 }, (_, i) => `fragment F${i} on T { ...F${i + 1} ...F${i + 1} }`).join(' ')
  expect(measure(`{ ...F0 } ${fragments} fragment F40 on T { x }`).height).toBe(2 ** 40)
})

test('terminates for fragments that spread themselves', () => {
  expect(measure('{ ...A } fragment A on T { x { ...B } } fragment B on T { y { ...A } }').depth).toBe(2)
})

test('measures the largest of several operations', () => {
  expect(measure('query A { x } query B { x { y { z } } }').depth).toBe(3)
})

test('counts how often a field is nested in itself, also through fragments', () => {
  expect(measure('{ a { b { a { b { a { x } } } } } }').recursion).toBe(3)
  expect(measure('{ a { x } b { a { x } } c: a { x } }').recursion).toBe(1)
  expect(measure('{ a { ...F } } fragment F on T { b { z: a { ...G } } } fragment G on T { a { x } }').recursion).toBe(
    3,
  )
  const fragments = Array.from(
    { length: 40 },
    (_, i) => `fragment F${i} on T { a { ...F${i + 1} ...F${i + 1} } }`,
  ).join(' ')
  expect(measure(`{ ...F0 } ${fragments} fragment F40 on T { x }`).recursion).toBe(40)
})

test('the introspection queries of explorers are within the default recursion limit', () => {
  expect(measure(getIntrospectionQuery()).recursion).toBeLessThanOrEqual(10)
})
