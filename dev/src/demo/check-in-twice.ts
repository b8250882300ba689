import { randomUUID } from 'node:crypto'
import { succeed } from '@tikitu/client'
import { CheckInDocument } from '@tikitu/client/operations'
import { type DemoContext, verify } from './demo-context.ts'
import type { PartnerSetup } from './set-up-partner.ts'
import type { SignedInClient } from './signed-in-client.ts'

/** Scans a ticket twice: the first scan admits, the second is refused. */
export async function checkInTwice(demo: DemoContext, setup: PartnerSetup, code: string): Promise<void> {
  const first = succeed(await scan(setup.partner, setup.performanceId, code), 'Admitted')
  demo.reportStep('The ticket is scanned at the door', `admitted: ${first.ticket.seatLabel}`)
  const second = await scan(setup.partner, setup.performanceId, code)
  verify(second.__typename === 'AlreadyAdmitted', 'a second scan is refused')
  demo.reportStep('It is scanned again', `refused: ${second.message}`)
}

async function scan(scanner: SignedInClient, performanceId: string, code: string) {
  const input = { performanceId, code, gate: 'Main door', nonce: randomUUID() }
  return (await scanner.run(CheckInDocument, { input })).checkIn
}
