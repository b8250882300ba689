import { randomBytes } from 'node:crypto'
import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql'

/** Values by the name of the argument or input field that they fit, so that a call gets past its first look-up. */
export type KnownValues = Readonly<Record<string, unknown>>

/** Long, and no compression makes it short: an index of Postgres refuses it. */
const long = randomBytes(15_000).toString('base64url')
const texts = ['', ' ', '\u0000', 'a\u0000b', '\ud800', 'b\udc00', long, "';--", '%_\\', '💺'.repeat(300)]
const dates = ['0000-01-01', '0001-01-01', '9999-12-31', 'infinity']
const moments = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-14:00',
  '1900-01-01T00:00:00Z',
]
const zones = ['Nowhere/None', '+05:00', 'utc', 'europe/berlin', 'Etc/GMT+12', '\u0000']
const cursors = [
  ...['', ' ', '\u0000', 'x'],
  ...[[], ['x'], [1], ['x', 'y'], [1, 2], ['x', 'y', 'z'], ['\u0000'], ['\u0000', '\u0000'], ['\ud800', 'x']].map(
    cursorOf,
  ),
  ...[
    ['infinity', 'x'],
    ['0000-01-01T00:00:00.000Z', 'x'],
    ['2027-01-01T00:00:00.000Z', 5],
    ['2026-02-30T00:00:00.000Z', 'x'],
    ['2026-02-30T00:00:00.000Z', 'x', 'y'],
    ['2026-01-01T25:00:00.000Z', 'x'],
    [1e300, 1e300],
    [1e300],
    [1.5],
    [1.5, 'x'],
    [1e-300, 'x'],
    [8.64e15, 'x'],
    [-8.64e15, 'x'],
    [-62_135_596_800_001, 'x'],
    [null],
    {},
  ].map(cursorOf),
]

const ofScalar: Readonly<Record<string, readonly unknown[]>> = {
  Boolean: [true, false],
  Int: [0, 1, -1, 2_147_483_647, -2_147_483_648],
  Float: [0, -1, 1e308, -1e308],
  SafeInt: [0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  DateTime: moments,
  LocalDate: dates,
  TimeZone: zones,
  JSON: [null, {}, [], 1e308, '\u0000', { '\u0000': 1 }, { a: '\ud800' }, [['\u0000']]],
  URL: ['https://example.org/\u0000', `https://example.org/${long}`, 'javascript:alert(1)', 'https://a/\ud800'],
  EmailAddress: ['a\u0000@example.org', `${long}@example.org`, 'a@b', 'é@example.org'],
  PhoneNumber: ['+1', `+${'1'.repeat(1_000)}`],
}

/** A plain value of the type: what is known by that name, or the simplest thing that the type takes. */
export function plainValue(type: GraphQLInputType, name: string, known: KnownValues): unknown {
  if (isNonNullType(type)) return plainValue(type.ofType, name, known)
  if (Object.hasOwn(known, name) && !isOtherKind(type, known[name])) return known[name]
  if (isListType(type)) return [plainValue(type.ofType, '', known)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (!isInputObjectType(type)) return plainScalars[type.name] ?? 'x'
  const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || field.name in known)
  return Object.fromEntries(fields.map((field) => [field.name, plainValue(field.type, field.name, known)]))
}

/** A field of an object may have the name of a known value: `startsAt` is a moment, and a span in filters. */
function isOtherKind(type: GraphQLInputType, value: unknown): boolean {
  return isInputObjectType(type) && (typeof value !== 'object' || value === null)
}

/** The plain value, with one part of it made bad, in every way that is worth a try. */
export function badValues(type: GraphQLInputType, name: string, known: KnownValues): unknown[] {
  if (isNonNullType(type)) return badValues(type.ofType, name, known)
  if (isListType(type)) {
    const item = plainValue(type.ofType, '', known)
    const many = Array.from({ length: 1_000 }, () => item)
    return [[], many, ...badValues(type.ofType, '', known).map((bad) => [bad])]
  }
  if (isEnumType(type)) return type.getValues().map((value) => value.name)
  if (!isInputObjectType(type))
    return [...(name === 'after' || name === 'before' ? cursors : (ofScalar[type.name] ?? texts))]
  const plain = plainValue(type, name, known) as object
  return Object.values(type.getFields()).flatMap((field) =>
    badValues(field.type, field.name, known).map((bad) => ({ ...plain, [field.name]: bad })),
  )
}

const plainScalars: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 1,
  Float: 1,
  SafeInt: 1,
  DateTime: '2027-06-01T18:00:00Z',
  LocalDate: '2027-06-01',
  TimeZone: 'Europe/Amsterdam',
  Locale: 'en',
  CurrencyCode: 'EUR',
  CountryCode: 'NL',
  EmailAddress: 'somebody@example.org',
  PhoneNumber: '+31201234567',
  URL: 'https://example.org/',
  JSON: {},
}

function cursorOf(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}
