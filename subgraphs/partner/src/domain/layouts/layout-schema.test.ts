import { layoutJsonSchema } from '@tikitu/schema/layout-schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LayoutInvalid } from '../../errors.ts'
import { readLayoutDocument } from './read-layout-document.ts'

const isValid = new Ajv2020().compile(layoutJsonSchema())

function isAccepted(document: unknown): boolean {
  try {
    readLayoutDocument(document)
    return true
  } catch (error) {
    if (error instanceof LayoutInvalid) return false
    throw error
  }
}

/** A document with every field of the format. */
const complete = {
  format: 'tikitu.layout.v1',
  zones: [{ name: 'Stalls', color: '#aa2211' }],
  sections: [
    {
      kind: 'SEATED',
      label: 'Stalls',
      zone: 'Stalls',
      rows: [
        {
          label: 'A',
          zone: 'Stalls',
          seats: [
            { label: '1', x: 0, y: 0.5, zone: 'Stalls', gapBefore: true, accessible: true, restrictedView: true },
            { label: '2', x: 50, y: 0, companion: true },
          ],
        },
      ],
    },
    {
      kind: 'GENERAL_ADMISSION',
      label: 'Floor',
      zone: 'Stalls',
      capacity: 3,
      outline: [
        { x: 0, y: 500 },
        { x: 100, y: 500 },
        { x: 0, y: 900 },
      ],
    },
  ],
  shapes: [{ kind: 'TEXT', label: 'Bar', points: [{ x: 0, y: 0 }], closed: false }],
}

type Path = (string | number)[]

/** The paths of all values in a document. */
function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) yield* pathsIn(part, [...path, Array.isArray(value) ? +key : key])
}

type Change = (before: unknown) => unknown

const absent = Symbol('absent')

/** A copy with the value at that path changed; the same document when there is nothing at the path. */
function changed(document: unknown, [key, ...rest]: Path, change: Change): unknown {
  if (key === undefined) return change(document)
  if (typeof document !== 'object' || document === null || !Object.hasOwn(document, key)) return document
  const value = changed(document[key as never], rest, change)
  if (Array.isArray(document)) return document.map((part, index) => (index === key ? value : part))
  const others = Object.entries(document).filter(([name]) => name !== key)
  return Object.fromEntries(value === absent ? others : [...others, [key, value]])
}

const texts = ['', ' ', '\n', 'a', ' a\n', 'a\nb', 'a\tb', '\u0085', 'a\u0007', '#AABBCC', '#fff']
const lengths = [1, 2, 24, 25, 60, 61].flatMap((length) => ['x'.repeat(length), `  ${'x'.repeat(length)}\n`])
const numbers = [0, -0, 1, 1.5, 100_000, 100_000.5, 100_001, -100_000, -100_001, 1e300]
const others = [null, true, false, [], {}, 'SEATED', 'GENERAL_ADMISSION', 'STAGE', { x: 0, y: 0 }]

const paths = [...pathsIn(complete)]
const replacements = [...texts, ...lengths, ...numbers, ...others].map(
  (value): Change =>
    () =>
      value,
)
const additions = ['color', 'zone', 'closed', 'extra'].map(
  (name): Change =>
    (before) =>
      typeof before === 'object' && before !== null && !Array.isArray(before) ? { [name]: true, ...before } : before,
)
/** As many of the first item: the limits of all lists, and one more. */
const repetitions = [0, 1, 2, 3, 50, 51, 100, 101, 200, 201, 300, 301, 500, 501].map(
  (length): Change =>
    (before) =>
      Array.isArray(before) ? Array.from({ length }, () => before[0]) : before,
)
const changes: Change[] = [...replacements, ...additions, ...repetitions, () => absent]

function expectSameVerdict(document: unknown): void {
  const accepted = isAccepted(document)
  if (isValid(document) !== accepted) expect({ document, valid: !accepted }).toEqual({ document, valid: accepted })
}

test('the published JSON Schema accepts what the validator accepts, and refuses any change of the shape that it refuses', () => {
  expect([isAccepted(complete), isValid(complete)]).toEqual([true, true])
  for (const path of paths) {
    for (const change of changes) expectSameVerdict(changed(complete, path, change))
  }
})

test('the published JSON Schema agrees with the validator on documents with several changes', () => {
  const replaced = fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...replacements))
  const anyChange = fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...changes))
  const property = fc.property(fc.array(replaced, { maxLength: 2 }), anyChange, (some, last) =>
    expectSameVerdict([...some, last].reduce<unknown>((document, change) => changed(document, ...change), complete)),
  )
  fc.assert(property, { numRuns: 2_000 })
})

test('the published JSON Schema refuses no text that the validator accepts', () => {
  const text = fc.string({ unit: 'binary', maxLength: 70 })
  fc.assert(
    fc.property(fc.constantFrom(...paths), text, (at, given) => {
      const document = changed(complete, at, (before) => (typeof before === 'string' ? given : before))
      if (isAccepted(document)) expect(isValid(document)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})
