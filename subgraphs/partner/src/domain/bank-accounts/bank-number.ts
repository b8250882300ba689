import { InvalidInput } from '@tikitu/kit/base/errors'
import { countrySpecs, isValidIBAN } from 'ibantools'

/** Territories whose banks have IBANs of another country: the registry gives them no code of their own. */
const ibanCountries: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['GG', 'IM', 'JE'].map((territory) => [territory, 'GB'])),
  ...Object.fromEntries(
    ['BL', 'GF', 'GP', 'MF', 'MQ', 'NC', 'PF', 'PM', 'RE', 'TF', 'WF', 'YT'].map((territory) => [territory, 'FR']),
  ),
  AX: 'FI',
}

export interface BankNumber {
  accountNumber: string
  bankCode: string | null
}

/**
 * Parses an account number as people write it. In countries with IBANs it must be one: its length, its format and its check
 * digits are verified, including the national ones.
 * @throws {InvalidInput}
 */
export function readBankNumber(country: string, sent: { accountNumber: string; bankCode?: string | null }): BankNumber {
  const accountNumber = tidy(sent.accountNumber)
  const bankCode = tidy(sent.bankCode ?? '') || null
  if (bankCode && !/^[A-Z0-9]{3,20}$/.test(bankCode)) throw refused('bankCode', 'must be 3 to 20 letters and digits')
  const ibanCountry = ibanCountries[country] ?? country
  const length = ibanLength(ibanCountry)
  if (length !== null) {
    if (!accountNumber.startsWith(ibanCountry) || !isValidIBAN(accountNumber)) {
      throw refused('accountNumber', `must be a valid IBAN of ${ibanCountry} with ${length} letters and digits`)
    }
  } else if (!/^[A-Z0-9]{4,34}$/.test(accountNumber)) {
    throw refused('accountNumber', 'must be 4 to 34 letters and digits')
  } else if (!bankCode) throw refused('bankCode', `is required because ${country} has no IBANs`)
  return { accountNumber, bankCode }
}

/** Null for a country that is not in the registry of ISO 13616: a few use IBANs among their own banks, but need not. */
function ibanLength(country: string): number | null {
  const spec = Object.hasOwn(countrySpecs, country) ? countrySpecs[country] : undefined
  return spec?.IBANRegistry ? (spec.chars ?? null) : null
}

function tidy(text: string): string {
  return text.replaceAll(/[\s-]/g, '').toUpperCase()
}

function refused(field: string, message: string): InvalidInput {
  return new InvalidInput([{ field, message }])
}
