import { expect, test } from 'vitest'
import { exponentOf, isCurrency, shownDigitsOf } from './currencies.ts'

test('knows the smallest unit of every kind of currency', () => {
  const places = (codes: string) => codes.split(' ').map(exponentOf)
  expect(new Set(places('JPY ISK KRW CLP XAF XOF XPF UGX VND RWF PYG DJF GNF KMF BIF VUV UYI'))).toEqual(new Set([0]))
  expect(new Set(places('EUR IDR HUF COP MGA MRU TWD PKR LAK LBP IRR RSD ALL AFN CRC'))).toEqual(new Set([2]))
  expect(new Set(places('KWD BHD IQD JOD LYD OMR TND'))).toEqual(new Set([3]))
  expect(places('CLF UYW')).toEqual([4, 4])
})

test('takes what people pay in, and nothing else', () => {
  const taken = 'EUR USD IDR KWD CLP UYW VED VES XCG ZWG SLE MRU STN XAF XCD'.split(' ')
  const refused =
    'DEM HRK BGN ANG CUC SLL ZWL MRO TRL XAU XAG XXX XTS XDR XSU XAD XBA CLF UYI CHE USN XXQ eur EURO'.split(' ')
  expect([...taken, ...refused].filter(isCurrency)).toEqual(taken)
})

test('knows what can be shown, and differs from it only where people leave digits out', () => {
  const known = Intl.supportedValuesOf('currency').filter(isCurrency)
  expect(known.length).toBeGreaterThan(150)
  expect(known.filter((code) => exponentOf(code) < shownDigitsOf(code))).toEqual([])
})

test('shows what was paid in a currency that has ended', () => {
  expect(['HRK', 'DEM', 'ITL'].map(exponentOf)).toEqual([2, 2, 0])
})
