import { InvalidInput } from '@tikitu/kit/base/errors'

/** The length of IBANs by country (ISO 13616 registry). */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ' +
    'ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

export interface BankNumber {
  accountNumber: string
  bankCode: string | null
}

/**
 * Parses an account number as people write it. In countries with IBANs it must be one with valid check digits.
 * @throws {InvalidInput}
 */
export function readBankNumber(country: string, sent: { accountNumber: string; bankCode?: string | null }): BankNumber {
  const accountNumber = tidy(sent.accountNumber)
  const bankCode = tidy(sent.bankCode ?? '') || null
  if (bankCode && !/^[A-Z0-9]{3,20}$/.test(bankCode)) throw refused('bankCode', 'must be 3 to 20 letters and digits')
  const length = ibanLengths[country]
  if (length !== undefined) {
    if (!accountNumber.startsWith(country) || accountNumber.length !== length || !isIban(accountNumber)) {
      throw refused('accountNumber', `must be a valid IBAN of ${country} with ${length} letters and digits`)
    }
  } else if (!/^[A-Z0-9]{4,34}$/.test(accountNumber)) {
    throw refused('accountNumber', 'must be 4 to 34 letters and digits')
  } else if (!bankCode) throw refused('bankCode', `is required because ${country} has no IBANs`)
  return { accountNumber, bankCode }
}

/** Verifies the check digits (ISO 7064, MOD 97-10). */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text)) return false
  const digits = `${text.slice(4)}${text.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  )
  return BigInt(digits) % 97n === 1n
}

function tidy(text: string): string {
  return text.replaceAll(/[\s-]/g, '').toUpperCase()
}

function refused(field: string, message: string): InvalidInput {
  return new InvalidInput([{ field, message }])
}
