import { Kind } from 'graphql'
import { expect, test } from 'vitest'
import { scalars } from './scalars.ts'

test('a time zone goes out as often as it is one, and what is none never does', () => {
  const { TimeZone } = scalars
  for (const _time of [1, 2]) {
    expect(TimeZone.serialize('Europe/Vienna')).toBe('Europe/Vienna')
    expect(() => TimeZone.serialize('Europe/Nowhere')).toThrow(/not a valid IANA time zone/)
    expect(() => TimeZone.serialize({ toString: () => 'Europe/Vienna!' })).toThrow(/not a valid IANA time zone/)
  }
})

test('a moment outside of our era, and an unknown currency, do not go in', () => {
  expect(() => scalars.DateTime.parseValue('0999-12-31T23:59:59Z')).toThrow(/years 1000 to 9999/)
  expect(() => scalars.LocalDate.parseValue('0999-12-31')).toThrow(/years 1000 to 9999/)
  expect(() => scalars.CurrencyCode.parseValue('XXQ')).toThrow(/ISO 4217/)
  expect(scalars.CurrencyCode.parseValue('EUR')).toBe('EUR')
  for (const code of ['HRK', 'BGN', 'ANG', 'XAU', 'XXX', 'XTS', 'CLF', 'eur']) {
    expect(() => scalars.CurrencyCode.parseValue(code), code).toThrow(/current ISO 4217 currency/)
  }
})

test('a currency that has ended since still goes out', () => {
  expect(scalars.CurrencyCode.serialize('HRK')).toBe('HRK')
  expect(() => scalars.CurrencyCode.serialize('eur')).toThrow(/ISO 4217/)
})

test('reads time zones by their name in the database, whatever its capitals, and no offsets', () => {
  const { TimeZone } = scalars
  expect(TimeZone.parseValue('europe/vienna')).toBe('Europe/Vienna')
  expect(TimeZone.parseLiteral({ kind: Kind.STRING, value: 'asia/kolkata' })).toBe('Asia/Kolkata')
  for (const wrong of ['+02:00', 'Europe/Atlantis', '', 5, null])
    expect(() => TimeZone.parseValue(wrong)).toThrow('IANA')
  expect(TimeZone.serialize('+02:00')).toBe('+02:00')
})
