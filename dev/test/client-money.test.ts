import { decimalOf, exponentOf, formatMoney } from '@tikitu/client/money'
import * as currencies from '@tikitu/kit/base/currencies'
import * as money from '@tikitu/kit/base/money'
import { expect, test } from 'vitest'

const payable = Intl.supportedValuesOf('currency').filter(currencies.isCurrency)

test('the SDK has the platform’s currency units, and formats amounts as its mails do', () => {
  expect(payable.length).toBeGreaterThan(140)
  for (const currency of payable) {
    expect([currency, exponentOf(currency)]).toEqual([currency, currencies.exponentOf(currency)])
    const amount = { amountMinor: -123_456_789, currency }
    expect(decimalOf(amount)).toBe(money.decimalOf(amount))
    expect(formatMoney(amount, 'de-AT')).toBe(money.formatMoney(amount, 'de-AT'))
  }
})
