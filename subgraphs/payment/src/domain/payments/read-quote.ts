import { verifyClaims } from '@tikitu/kit/auth/signing-keys'
import { Unavailable } from '@tikitu/kit/base/errors'
import { type QuoteClaims, quoteClaims, quoteIssuer, quoteType } from '@tikitu/schema/quote'
import * as jose from 'jose'
import type { Ctx } from '../../context.ts'
import { QuoteExpired, QuoteInvalid } from '../../errors.ts'

/** Verifies a quote and returns its claims. @throws {QuoteInvalid | QuoteExpired | Unavailable} */
export async function readQuote(ctx: Ctx, quote: string): Promise<QuoteClaims> {
  const claims = quoteClaims.safeParse(await verifiedClaims(ctx, quote))
  if (!claims.success) throw new QuoteInvalid('This quote is unreadable. Request a new one.')
  const { total, fees, tax } = claims.data
  if (total.amountMinor <= 0) throw new QuoteInvalid('There is nothing to pay for this booking.')
  const isOneCurrency = fees.currency === total.currency && tax.currency === total.currency
  if (!isOneCurrency || fees.amountMinor < 0 || fees.amountMinor > total.amountMinor) {
    throw new QuoteInvalid('The amounts in this quote are inconsistent. Request a new one.')
  }
  return claims.data
}

async function verifiedClaims(ctx: Ctx, quote: string): Promise<jose.JWTPayload> {
  try {
    return await verifyClaims(quote, ctx.quoteKeys, { issuer: quoteIssuer, typ: quoteType, now: ctx.now() })
  } catch (error) {
    if (error instanceof jose.errors.JWTExpired) throw new QuoteExpired()
    if (isKeysTrouble(error)) {
      ctx.log.warn({ err: error }, 'the keys of booking could not be fetched')
      throw new Unavailable('Quotes cannot be verified right now. Try again in a moment.')
    }
    throw new QuoteInvalid('This quote was not issued by us. Send the quote that placeBooking returned.')
  }
}

/** Whether the keys could not be fetched, rather than the quote being invalid. */
function isKeysTrouble(error: unknown): boolean {
  if (!(error instanceof jose.errors.JOSEError)) return true
  return ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code)
}
