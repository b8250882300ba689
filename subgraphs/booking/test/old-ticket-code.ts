import type { ServiceKeys } from '@tikitu/kit/auth/signing-keys'
import * as jose from 'jose'
import type { TicketClaims } from '../src/domain/tickets/ticket-code.ts'

/** A ticket's code in the form that codes had before they were compact: a JWS. */
export async function jwsCode(
  { kid, privateKey }: ServiceKeys,
  { ticketId, performanceId, serial }: TicketClaims,
  typ = 'tkt',
): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify({ t: ticketId, p: performanceId, s: serial }))
  return await new jose.CompactSign(payload).setProtectedHeader({ alg: 'EdDSA', kid, typ }).sign(privateKey)
}
